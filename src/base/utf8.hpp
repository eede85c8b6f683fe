// UTF-8 byte by byte (RFC 3629 §4), for who wants to know of single characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace zenws {

[[nodiscard]] constexpr bool is_utf8_continuation(std::uint8_t byte) noexcept { return (byte & 0xC0U) == 0x80; }

// The length of the sequence that starts with `lead`, 0 when none does.
[[nodiscard]] constexpr std::size_t utf8_length_by(std::uint8_t lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // continuation bytes; C0 and C1 would be overlong
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;  // above U+10FFFF
}

// Some leads narrow their second byte: overlong forms, surrogates, above U+10FFFF.
[[nodiscard]] constexpr bool is_utf8_second_byte(std::uint8_t lead, std::uint8_t byte) noexcept {
  switch (lead) {
    case 0xE0:
      return byte >= 0xA0 && byte <= 0xBF;
    case 0xED:
      return byte >= 0x80 && byte <= 0x9F;
    case 0xF0:
      return byte >= 0x90 && byte <= 0xBF;
    case 0xF4:
      return byte >= 0x80 && byte <= 0x8F;
    default:
      return is_utf8_continuation(byte);
  }
}

// The length of the character at the front of `text`; 0: there is none, or not a whole one.
[[nodiscard]] constexpr std::size_t utf8_front(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::size_t length = text.empty() ? 0 : utf8_length_by(byte(0));
  if (text.size() < length) return 0;
  if (length > 1 && !is_utf8_second_byte(byte(0), byte(1))) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!is_utf8_continuation(byte(i))) return 0;
  }
  return length;
}

// Without simdjson: also while the process ends, when its tables are gone already.
[[nodiscard]] constexpr bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_front(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace zenws
