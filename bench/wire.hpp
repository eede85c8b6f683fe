// The least of RFC 6455 on a bare socket: what the floor and the neutral server share, independent of zenws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();

  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

// Throws std::system_error of errno.
[[noreturn]] void throw_errno(const char* what);
// `result`, unless it is negative: then throws std::system_error of errno.
template <class Int>
Int checked(Int result, const char* what) {
  if (result < 0) throw_errno(what);
  return result;
}

inline constexpr std::byte text_opcode{0x1};
inline constexpr std::byte close_opcode{0x8};
inline constexpr std::size_t receive_size = std::size_t{256} << 10U;

struct FrameHeader {
  std::byte opcode{};
  bool masked = false;
  std::uint32_t key = 0;  // in memory order
  std::size_t size = 0;   // 0: more bytes are needed
  std::size_t payload = 0;
  [[nodiscard]] std::size_t frame() const noexcept { return size + payload; }
};

// The `count` bytes at `from` as a number, most significant first.
inline std::uint64_t read_number(const std::byte* from, std::size_t count) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8U | std::to_integer<std::uint64_t>(from[i]);
  return number;
}

inline FrameHeader read_header(std::span<const std::byte> bytes) {
  if (bytes.size() < 2) return {};
  FrameHeader header{.opcode = bytes[0] & std::byte{0x0F}, .masked = (bytes[1] & std::byte{0x80}) != std::byte{0}};
  header.payload = std::to_integer<std::size_t>(bytes[1] & std::byte{0x7F});
  const std::size_t extended = header.payload == 127 ? 8 : header.payload == 126 ? 2 : 0;
  const std::size_t size = 2 + extended + (header.masked ? 4 : 0);
  if (bytes.size() < size) return {};
  if (extended != 0) header.payload = read_number(&bytes[2], extended);
  if (header.masked) std::memcpy(&header.key, &bytes[2 + extended], sizeof header.key);
  header.size = size;
  return header;
}

// Walks whole frames: calls on_frame(header, payload) for each and returns the bytes taken.
template <class OnFrame>
std::size_t walk_frames(std::span<std::byte> bytes, OnFrame&& on_frame) {
  std::size_t at = 0;
  for (;;) {
    const FrameHeader header = read_header(bytes.subspan(at));
    if (header.size == 0 || header.frame() > bytes.size() - at) return at;
    on_frame(header, bytes.subspan(at + header.size, header.payload));
    at += header.frame();
  }
}

inline void xor_copy(std::span<const std::byte> from, std::byte* to, std::uint32_t key) noexcept {
  const std::uint64_t twice = std::uint64_t{key} << 32U | key;
  std::size_t at = 0;
  for (; from.size() - at >= sizeof twice; at += sizeof twice) {
    std::uint64_t word = 0;
    std::memcpy(&word, from.data() + at, sizeof word);
    word ^= twice;
    std::memcpy(to + at, &word, sizeof word);
  }
  for (std::size_t i = 0; at < from.size(); ++at, ++i) to[at] = from[at] ^ static_cast<std::byte>(twice >> (8 * i));
}

inline constexpr std::size_t max_header = 14;

// Writes a final frame's header, masked when `key` is given, and returns its size. Requires: max_header bytes at `to`.
inline std::size_t write_header(std::byte* to, std::byte opcode, std::size_t payload, const std::uint32_t* key) {
  const std::byte mask_bit{static_cast<unsigned char>(key != nullptr ? 0x80 : 0)};
  const std::size_t extended = payload < 126 ? 0 : payload <= 0xFFFF ? 2 : 8;
  to[0] = std::byte{0x80} | opcode;
  to[1] = mask_bit | static_cast<std::byte>(extended == 0 ? payload : extended == 2 ? 126 : 127);
  for (std::size_t i = 0; i < extended; ++i) to[2 + i] = static_cast<std::byte>(payload >> (8 * (extended - 1 - i)));
  const std::size_t size = 2 + extended;
  if (key == nullptr) return size;
  std::memcpy(to + size, key, sizeof *key);
  return size + sizeof *key;
}

// What was received and not yet walked, at the front of one buffer.
class ReceiveBuffer {
 public:
  ReceiveBuffer() : bytes_(receive_size) {}
  // Where to receive to. Ends with the frame when that is a large one, so that nothing must be moved.
  [[nodiscard]] std::span<std::byte> room() noexcept {
    return std::span{bytes_}.first(large_ != 0 ? large_ : bytes_.size()).subspan(used_);
  }
  // Walks the whole frames among what was received, `count` bytes just now; the rest moves to the front.
  template <class OnFrame>
  void received(std::size_t count, OnFrame&& on_frame) {
    used_ += count;
    const std::size_t taken = walk_frames(std::span{bytes_}.first(used_), on_frame);
    used_ -= taken;
    if (taken != 0 && used_ != 0) std::memmove(bytes_.data(), bytes_.data() + taken, used_);
    make_room();
  }

 private:
  void make_room() {
    const std::size_t wanted = read_header(std::span{bytes_}.first(used_)).frame();
    large_ = wanted > receive_size ? wanted : 0;
    if (large_ > bytes_.size()) bytes_.resize(large_);
  }

  std::vector<std::byte> bytes_;
  std::size_t used_ = 0;
  std::size_t large_ = 0;  // the size of the frame at the front, when it is larger than a receive; else 0
};

// Appends an unmasked frame, as servers send them.
void append_frame(std::vector<std::byte>& out, std::byte opcode, std::span<const std::byte> payload);

inline std::span<const std::byte> as_bytes(std::string_view text) noexcept { return std::as_bytes(std::span{text}); }

}  // namespace bench
