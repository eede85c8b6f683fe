// A frame header written and read, byte by byte (RFC 6455 §5.2).
#include "ws/frame.hpp"

#include "ws/words.hpp"

namespace zenws::ws {

using namespace frame_layout;

std::size_t encode_header(const FrameHeader& header, std::span<std::byte> out) noexcept {
  const unsigned first =
      (header.fin ? fin_bit : 0U) | (static_cast<unsigned>(header.rsv) << 4U) | static_cast<unsigned>(header.opcode);
  const unsigned masked = header.masked ? mask_bit : 0U;
  std::size_t size = 2;
  unsigned length = length_is_64_bits;
  if (header.length < length_is_16_bits) {
    length = static_cast<unsigned>(header.length);
  } else if (header.length <= 0xFFFF) {
    length = length_is_16_bits;
    store_big_endian(static_cast<std::uint16_t>(header.length), &out[size]);
    size += sizeof(std::uint16_t);
  } else {
    store_big_endian(header.length, &out[size]);
    size += sizeof(std::uint64_t);
  }
  out[0] = static_cast<std::byte>(first);
  out[1] = static_cast<std::byte>(masked | length);
  if (!header.masked) return size;
  store(header.key, &out[size]);
  return size + sizeof header.key;
}

DecodedHeader decode_header(std::span<const std::byte> bytes) noexcept {
  using enum DecodedHeader::Status;
  DecodedHeader decoded{.status = need_more, .size = 2, .header = {}};
  if (bytes.size() < 2) return decoded;

  const auto first = std::to_integer<std::uint8_t>(bytes[0]);
  const auto second = std::to_integer<std::uint8_t>(bytes[1]);
  FrameHeader& header = decoded.header;
  header.fin = (first & fin_bit) != 0;
  header.rsv = (first >> 4U) & 0x7U;
  header.opcode = static_cast<Opcode>(first & opcode_bits);
  header.masked = (second & mask_bit) != 0;
  header.length = second & length_bits;

  const std::size_t length_size = header.length < length_is_16_bits ? 0 : header.length == length_is_16_bits ? 2 : 8;
  decoded.size = static_cast<std::uint8_t>(2 + length_size + (header.masked ? sizeof(MaskKey) : 0));
  if (bytes.size() < decoded.size) return decoded;

  decoded.status = ok;
  if (length_size == 2) {
    header.length = load_big_endian<std::uint16_t>(&bytes[2]);
    if (header.length < length_is_16_bits) decoded.status = not_minimal;
  } else if (length_size == 8) {
    header.length = load_big_endian<std::uint64_t>(&bytes[2]);
    if (header.length <= 0xFFFF) decoded.status = not_minimal;
    if (header.length >> 63U != 0) decoded.status = length_too_long;
  }
  if (header.masked) header.key = load<MaskKey>(&bytes[2 + length_size]);
  return decoded;
}

}  // namespace zenws::ws
