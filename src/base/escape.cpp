// Which characters are harmless on a terminal and in a log line.
#include "base/escape.hpp"

#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace zenws {
namespace {

struct Character {
  char32_t value = 0;
  std::size_t length = 0;  // 0 = not valid UTF-8
};

std::uint8_t byte_at(std::string_view text, std::size_t index) noexcept {
  return static_cast<std::uint8_t>(text[index]);
}

// The character at the front of `text`. Requires: text is not empty.
Character decode_front(std::string_view text) noexcept {
  const std::size_t length = utf8_front(text);
  if (length < 2) return {byte_at(text, 0), length};
  auto value = static_cast<char32_t>(byte_at(text, 0) & (0x7FU >> length));
  for (std::size_t i = 1; i < length; ++i) value = (value << 6U) | (byte_at(text, i) & 0x3FU);
  return {value, length};
}

bool is_control(char32_t c) noexcept {
  const bool control = c < 0x20U || (c >= 0x7FU && c < 0xA0U);
  const bool separator = c == 0x2028U || c == 0x2029U;
  const bool direction =
      c == 0x061CU || c == 0x200EU || c == 0x200FU || (c >= 0x202AU && c <= 0x202EU) || (c >= 0x2066U && c <= 0x2069U);
  return control || separator || direction;
}

void append_escape(std::string& out, char32_t c) {
  switch (c) {
    case U'\n':
      out += "\\n";
      return;
    case U'\r':
      out += "\\r";
      return;
    case U'\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto number = static_cast<std::uint32_t>(c);
  if (number < 0x80U) {
    out += fmt::format("\\x{:02X}", number);
  } else {
    out += fmt::format("\\u{:04X}", number);
  }
}

}  // namespace

std::string escape_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = decode_front(text);
    const std::size_t length = c.length == 0 ? 1 : c.length;
    if (c.length == 0) {
      out += fmt::format("\\x{:02X}", byte_at(text, 0));
    } else if (is_control(c.value)) {
      append_escape(out, c.value);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace zenws
