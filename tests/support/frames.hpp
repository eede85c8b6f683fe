// Frames as a peer may write them, right and wrong, put together without the code under test (RFC 6455 §5.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace zenws::test {

struct Frame {
  unsigned opcode = 0x1;
  std::string payload = {};
  bool fin = true;
  unsigned rsv = 0;
  std::optional<bool> masked = {};                     // by default as the receiver's role wants it
  std::optional<std::uint64_t> announced_length = {};  // by default the payload's
  unsigned length_size = 0;                            // 2 or 8 for that form; by default the shortest

  [[nodiscard]] Frame unfinished() && { return fin = false, std::move(*this); }
  [[nodiscard]] Frame with_rsv(unsigned bits) && { return rsv = bits, std::move(*this); }
  [[nodiscard]] Frame with_mask(bool value) && { return masked = value, std::move(*this); }
  [[nodiscard]] Frame announcing(std::uint64_t length) && { return announced_length = length, std::move(*this); }
  [[nodiscard]] Frame with_length_size(unsigned bytes) && { return length_size = bytes, std::move(*this); }

  // The frame on the wire. `to_server`: masked unless with_mask() says otherwise.
  [[nodiscard]] std::string bytes(bool to_server) const {
    const bool is_masked = masked.value_or(to_server);
    const std::uint64_t length = announced_length.value_or(payload.size());
    const unsigned form = length_size != 0 ? length_size : length < 126 ? 0U : length < 65536 ? 2U : 8U;
    std::string out;
    const auto put = [&out](std::uint64_t byte) { out.push_back(static_cast<char>(byte & 0xFFU)); };
    put((fin ? 0x80U : 0U) | (rsv << 4U) | opcode);
    put((is_masked ? 0x80U : 0U) | (form == 0 ? length : form == 2 ? 126U : 127U));
    for (unsigned i = form; i-- > 0;) put(length >> (8 * i));
    constexpr std::array<unsigned char, 4> key{0x37, 0xFA, 0x21, 0x3D};  // of the examples in §5.7
    if (is_masked) out.append(key.begin(), key.end());
    for (std::size_t i = 0; i < payload.size(); ++i) {
      put(static_cast<unsigned char>(payload[i]) ^ (is_masked ? key[i % 4] : 0U));
    }
    return out;
  }
};

inline Frame continuation(std::string payload) { return {.opcode = 0x0, .payload = std::move(payload)}; }
inline Frame text(std::string payload) { return {.opcode = 0x1, .payload = std::move(payload)}; }
inline Frame binary(std::string payload) { return {.opcode = 0x2, .payload = std::move(payload)}; }
inline Frame ping(std::string payload = {}) { return {.opcode = 0x9, .payload = std::move(payload)}; }
inline Frame pong(std::string payload = {}) { return {.opcode = 0xA, .payload = std::move(payload)}; }
inline Frame close() { return {.opcode = 0x8}; }
inline Frame close(unsigned code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  return {.opcode = 0x8, .payload = payload.append(reason)};
}

}  // namespace zenws::test
