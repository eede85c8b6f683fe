// Which characters are harmless on a terminal, and a fast way past them.
#include "console/escape.hpp"

#include <algorithm>
#include <cstdint>

namespace zenws::program {
namespace {

constexpr std::string_view upper_digits = "0123456789ABCDEF";
constexpr std::string_view lower_digits = "0123456789abcdef";

std::uint8_t byte_at(std::string_view text, std::size_t index) noexcept {
  return static_cast<std::uint8_t>(text[index]);
}

bool is_plain(char c) noexcept { return c >= 0x20 && c < 0x7F; }

// The length that a UTF-8 character beginning with `first` has; 0 = none begins so (RFC 3629 §4).
std::size_t length_by(std::uint8_t first) noexcept {
  if (first < 0x80U) return 1;
  if (first < 0xC2U || first > 0xF4U) return 0;
  return first >= 0xF0U ? 4U : first >= 0xE0U ? 3U : 2U;
}

bool is_harmless(char32_t c) noexcept {
  const bool control = c < 0x20U || (c >= 0x7FU && c < 0xA0U);
  const bool separator = c == 0x2028U || c == 0x2029U;
  const bool direction =
      c == 0x061CU || c == 0x200EU || c == 0x200FU || (c >= 0x202AU && c <= 0x202EU) || (c >= 0x2066U && c <= 0x2069U);
  return !control && !separator && !direction;
}

bool is_scalar(char32_t c, std::size_t length) noexcept {
  const bool overlong = (length == 3 && c < 0x800U) || (length == 4 && c < 0x10000U);
  return !overlong && (c < 0xD800U || c > 0xDFFFU) && c <= 0x10FFFFU;
}

// How many bytes at the front of `text` can be shown as they are; 0 = the first byte must be escaped.
std::size_t shown_front(std::string_view text) noexcept {
  const std::uint8_t first = byte_at(text, 0);
  const std::size_t length = length_by(first);
  if (length == 0 || text.size() < length) return 0;
  auto c = static_cast<char32_t>(length == 1 ? first : first & (0x7FU >> length));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80U) return 0;
    c = (c << 6U) | (byte_at(text, i) & 0x3FU);
  }
  return is_scalar(c, length) && is_harmless(c) ? length : 0;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain_end = std::ranges::find_if_not(text, is_plain);
    const auto plain = static_cast<std::size_t>(plain_end - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    if (const std::size_t shown = shown_front(text); shown != 0) {
      out.append(text.substr(0, shown));
      text.remove_prefix(shown);
      continue;
    }
    // The bytes behind this one are no character's beginning, or are looked at on their own.
    out += {'\\', 'x', upper_digits[byte_at(text, 0) >> 4U], upper_digits[byte_at(text, 0) & 0xFU]};
    text.remove_prefix(1);
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_escaped(out, text);
  return out;
}

void append_hex(std::string& out, std::span<const std::byte> bytes) {
  out += "0x";
  for (const std::byte b : bytes) {
    const auto value = std::to_integer<std::uint8_t>(b);
    out += {lower_digits[value >> 4U], lower_digits[value & 0xFU]};
  }
}

}  // namespace zenws::program
