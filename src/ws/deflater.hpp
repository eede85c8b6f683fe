// DEFLATE as permessage-deflate has it (RFC 7692 §7.2.1), a message at a time: zlib's sending half.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/buffer.hpp"

namespace zenws::ws {

// How the messages of one sender are compressed. Small enough to be read by any thread at once.
struct DeflateHow {
  static constexpr std::uint32_t never = UINT32_MAX;
  std::uint32_t threshold = never;  // shorter messages are not
  std::uint8_t window_bits = 15;    // 9 to 15
  std::uint8_t level = 6;
  bool keeps_context = false;  // from message to message
  std::uint8_t unused = 0;     // no bit is left undefined: it is compared whole
  // Whether a message of that size is compressed.
  [[nodiscard]] bool takes(std::size_t size) const noexcept { return size >= threshold && threshold != never; }
  friend bool operator==(const DeflateHow&, const DeflateHow&) = default;
};

// What is kept from message to message.
class Deflater {
 public:
  explicit Deflater(DeflateHow how);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // The message as a compressed frame's payload, in place of what `out` holds. Requires: it is not empty.
  void deflate(std::span<const std::byte> message, Buffer& out);
  void forget_context() noexcept;

  // The same by this thread's own, without context. What it returns lives until this thread's next call. Empty: it
  // would be no shorter.
  [[nodiscard]] static std::span<const std::byte> deflate_alone(DeflateHow how, std::span<const std::byte> message);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace zenws::ws
