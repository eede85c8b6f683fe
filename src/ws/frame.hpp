// The frame header on the wire (RFC 6455 §5.2): encoding, decoding, nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace zenws::ws {

enum class Opcode : std::uint8_t { continuation = 0x0, text = 0x1, binary = 0x2, close = 0x8, ping = 0x9, pong = 0xA };
// RFC 6455 §5.5: opcodes with the top bit set are control frames.
[[nodiscard]] constexpr bool is_control(Opcode opcode) noexcept { return (static_cast<unsigned>(opcode) & 0x8U) != 0; }

using MaskKey = std::array<std::byte, 4>;
enum class Role : std::uint8_t { client, server };

// RFC 7692 §6: "Per-Message Compressed" bit, set in a message's first frame.
inline constexpr std::uint8_t rsv1 = 4;

struct FrameHeader {
  bool fin = true;
  std::uint8_t rsv = 0;          // RSV1 = 4, RSV2 = 2, RSV3 = 1
  Opcode opcode = Opcode::text;  // any 4-bit value after decoding; the reader judges it
  bool masked = false;
  MaskKey key{};
  std::uint64_t length = 0;
  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

inline constexpr std::size_t max_header_size = 14;
inline constexpr std::size_t max_control_payload = 125;

[[nodiscard]] constexpr std::size_t header_size(std::uint64_t length, bool masked) noexcept {
  return 2 + (length < 126 ? 0U : length <= 0xFFFF ? 2U : 8U) + (masked ? 4U : 0U);
}

// Writes the header in the shortest form and returns its size. Requires: out.size() >= header_size(…).
std::size_t encode_header(const FrameHeader& header, std::span<std::byte> out) noexcept;

struct DecodedHeader {
  enum class Status : std::uint8_t {
    ok,
    need_more,
    not_minimal,
    length_too_long
  };  // §5.2: minimal encoding; top bit 0
  Status status = Status::need_more;
  std::uint8_t size = 0;  // ok: bytes taken; need_more: bytes wanted in all
  FrameHeader header;
};

namespace frame_layout {

inline constexpr std::uint8_t fin_bit = 0x80, mask_bit = 0x80, opcode_bits = 0x0F, length_bits = 0x7F;
inline constexpr std::uint8_t length_is_16_bits = 126, length_is_64_bits = 127;

}  // namespace frame_layout

[[nodiscard]] DecodedHeader decode_header(std::span<const std::byte> bytes) noexcept;

}  // namespace zenws::ws
