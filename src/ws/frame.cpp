// Writing a frame header, byte by byte (RFC 6455 §5.2).
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

}  // namespace zenws::ws
