// A frame header written and read, byte by byte (RFC 6455 §5.2).
#include "ws/frame.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace zenws::ws {

using namespace frame_layout;

namespace {

template <class Int>
void store_big_endian(Int value, std::byte* to) noexcept {
  if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace

std::size_t encode_header(const FrameHeader& header, std::span<std::byte> out) noexcept {
  const unsigned first =
      (header.fin ? fin_bit : 0U) | (static_cast<unsigned>(header.rsv) << 4U) | static_cast<unsigned>(header.opcode);
  const unsigned masked = header.masked ? mask_bit : 0U;
  std::byte* at = out.data();
  *at++ = static_cast<std::byte>(first);
  if (header.length < length_is_16_bits) {
    *at++ = static_cast<std::byte>(masked | header.length);
  } else if (header.length <= 0xFFFF) {
    *at++ = static_cast<std::byte>(masked | length_is_16_bits);
    store_big_endian(static_cast<std::uint16_t>(header.length), at);
    at += sizeof(std::uint16_t);
  } else {
    *at++ = static_cast<std::byte>(masked | length_is_64_bits);
    store_big_endian(header.length, at);
    at += sizeof(std::uint64_t);
  }
  if (header.masked) at = std::ranges::copy(header.key, at).out;
  return static_cast<std::size_t>(at - out.data());
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
  if (header.masked) std::memcpy(header.key.data(), &bytes[2 + length_size], sizeof(MaskKey));
  return decoded;
}

}  // namespace zenws::ws
