// Which rule of RFC 6455 a frame's header breaks where it stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <zenws/error.hpp>

#include "ws/frame.hpp"
#include "ws/words.hpp"

namespace zenws::ws {

struct Rule {
  errc code;         // protocol_error, invalid_utf8 or message_too_big
  const char* text;  // with its section
};

// Those that headers cannot break.
extern const Rule text_is_utf8;
extern const Rule message_fits;
extern const Rule compressed_is_deflate;

// Where the frame stands.
struct FramePlace {
  Role receiver;
  bool in_message;                  // after a fragment that was not the last
  std::size_t room;                 // bytes that the message may still grow
  bool may_deflate = false;         // permessage-deflate was negotiated
  bool in_compressed = false;       // in_message, and that is compressed
  std::size_t compressed_room = 0;  // bytes that a compressed message may still take as it comes
};

// Null when the header is right. Requires: decoded.status is not need_more.
[[nodiscard]] const Rule* broken_rule(const DecodedHeader& decoded, FramePlace place) noexcept;

// A message of one frame, where one may begin, by what its header says.
struct PlainMessage {
  std::uint8_t header_size = 0;  // 0: it is something else, or cut inside the header
  Opcode opcode = Opcode::text;  // or binary
  std::uint64_t length = 0;      // of the payload
};

// What nearly every frame is, told at a glance: inline, to be asked before decode_header(), which then need not be.
// broken_rule() finds nothing in it but its length. `begins`: the bits before the opcode; with RSV1 for one that is
// compressed, where that was negotiated.
[[nodiscard]] inline PlainMessage plain_message(std::span<const std::byte> bytes, Role receiver,
                                                unsigned begins = frame_layout::fin_bit) noexcept {
  using namespace frame_layout;
  if (bytes.size() < 2) return {};
  const auto first = std::to_integer<unsigned>(bytes[0]);
  if ((first & ~unsigned{opcode_bits}) != begins) return {};
  const auto opcode = static_cast<Opcode>(first & opcode_bits);
  if (opcode != Opcode::text && opcode != Opcode::binary) return {};
  const std::size_t key_size = receiver == Role::server ? sizeof(MaskKey) : 0;
  // When the mask bit is as it must be, the length alone remains.
  const unsigned length = std::to_integer<unsigned>(bytes[1]) ^ (key_size != 0 ? mask_bit : 0U);
  const auto plain = [&](std::size_t length_size, std::uint64_t all) {
    return PlainMessage{static_cast<std::uint8_t>(2 + length_size + key_size), opcode, all};
  };
  if (length < length_is_16_bits) return plain(0, length);
  if (length == length_is_16_bits && bytes.size() >= 4) {
    const auto wide = load_big_endian<std::uint16_t>(&bytes[2]);
    if (wide >= length_is_16_bits) return plain(2, wide);
  } else if (length == length_is_64_bits && bytes.size() >= 10) {
    const auto wide = load_big_endian<std::uint64_t>(&bytes[2]);
    if (wide > 0xFFFF && wide >> 63U == 0) return plain(8, wide);
  }
  return {};
}

}  // namespace zenws::ws
