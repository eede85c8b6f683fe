#include "json/quote.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <nlohmann/json.hpp>

namespace zenws::json {

namespace {

// Read at a time; a piece of text grows at most sixfold.
constexpr std::size_t step = 16;
constexpr std::size_t piece = 4096;
constexpr std::size_t longest_escape = 6;

// Bit i: the character i of the 16 at `from` needs an escape.
unsigned marks(const char* from) noexcept {
#if defined(__SSE2__)
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash))));
#else
  unsigned found = 0;
  for (std::size_t i = 0; i < step; ++i) {
    const auto c = static_cast<unsigned char>(from[i]);
    if (c == '"' || c == '\\' || c < 0x20) found |= 1U << i;
  }
  return found;
#endif
}

char* put_escape(char* to, char c) noexcept {
  constexpr std::string_view hex = "0123456789abcdef";
  *to++ = '\\';
  switch (c) {
    case '"':
    case '\\':
      *to++ = c;
      return to;
    case '\n':
      *to++ = 'n';
      return to;
    case '\r':
      *to++ = 'r';
      return to;
    case '\t':
      *to++ = 't';
      return to;
    default:
      break;
  }
  const auto value = static_cast<unsigned char>(c);
  for (const char digit : {'u', '0', '0', hex[value >> 4U], hex[value & 0xFU]}) *to++ = digit;
  return to;
}

// Writes the first `count` of 16 characters. Reads up to 16 behind them, and up to 16 behind the result are
// overwritten: copies of a fixed size are one instruction.
char* put_block(char* to, const char* from, std::size_t count) noexcept {
  unsigned left = marks(from) & ((1U << count) - 1U);
  std::size_t done = 0;
  while (left != 0) {
    const auto next = static_cast<std::size_t>(std::countr_zero(left));
    std::memcpy(to, from + done, step);
    to = put_escape(to + (next - done), from[next]);
    done = next + 1;
    left &= left - 1;
  }
  std::memcpy(to, from + done, step);
  return to + (count - done);
}

}  // namespace

void append_quoted(Buffer& out, std::string_view text) {
  out.append("\"");
  while (!text.empty()) {
    const std::string_view part = text.substr(0, piece);
    const std::size_t before = out.size();
    char* const begin = reinterpret_cast<char*>(out.extend(part.size() * longest_escape + 2 * step).data());
    char* to = begin;
    std::size_t at = 0;
    for (; at + 2 * step <= part.size(); at += step) to = put_block(to, part.data() + at, step);
    std::array<char, 3 * step> rest{};
    part.copy(rest.data(), 2 * step, at);
    for (std::size_t i = 0; at + i < part.size(); i += step) {
      to = put_block(to, rest.data() + i, std::min(part.size() - at - i, step));
    }
    out.truncate(before + static_cast<std::size_t>(to - begin));
    text.remove_prefix(part.size());
  }
  out.append("\"");
}

std::optional<std::string> unquote(std::string_view quoted) {
  const nlohmann::json value = nlohmann::json::parse(quoted, nullptr, false);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

}  // namespace zenws::json
