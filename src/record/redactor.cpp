#include "record/redactor.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/ignoring_case.hpp"
#include "base/redact.hpp"
#include "json/quote.hpp"
#include "json/write.hpp"

namespace zenws::record {

namespace {

// JSON in a string in a string …: what is deeper than this and may hold a secret is hidden as a whole.
constexpr int deepest = 4;

// With more than these, they are looked for character by character.
constexpr std::size_t most_keys = 16;

constexpr std::string_view blanks = " \t\r\n";

// Behind the string that begins at `at` with its quote; the text's end when it has no other.
std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
  return std::min(text.find_first_not_of(blanks, at), text.size());
}

// Behind the object or array that begins at `at`.
std::size_t end_of_nest(std::string_view text, std::size_t at) noexcept {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) break;
  }
  return at;
}

std::size_t end_of_value(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return text.size();
  if (text[at] == '"') return end_of_string(text, at);
  if (text[at] == '{' || text[at] == '[') return end_of_nest(text, at);
  return std::min(text.find_first_of(",]} \t\r\n", at), text.size());
}

// What joins words where capitals do not: access_token, access-token, accessToken.
constexpr bool is_joint(char c) noexcept { return c == '_' || c == '-'; }

// In lower case and without joints, unless it is nothing else.
std::string plain_key(std::string key) {
  std::ranges::transform(key, key.begin(), in_lower_case);
  if (!std::ranges::all_of(key, is_joint)) std::erase_if(key, is_joint);
  return key;
}

std::vector<std::string> plain_keys(std::vector<std::string> keys) {
  std::ranges::transform(keys, keys.begin(), plain_key);
  return keys;
}

// How many characters of `key`, a plain one, `text` begins with; `at` is set behind them.
std::size_t match(std::string_view text, std::string_view key, std::size_t& at) noexcept {
  std::size_t same = 0;
  for (at = 0; at < text.size(); ++at) {
    if (same < key.size() && in_lower_case(text[at]) == key[same]) {
      ++same;
    } else if (!is_joint(text[at])) {
      break;
    }
  }
  return same;
}

bool is_same(std::string_view text, std::string_view key) noexcept {
  std::size_t at = 0;
  return match(text, key, at) == key.size() && at == text.size();
}

// True for `key` in front of `text`, however its characters are spelled.
bool may_begin(std::string_view text, std::string_view key) noexcept {
  std::size_t at = 0;
  return match(text, key, at) == key.size() || (at < text.size() && text[at] == '\\');
}

// Of text whose strings hold strings …: any key in it, or what may spell one.
bool may_hold_any(std::string_view text, const std::vector<std::string>& keys) {
  if (text.contains("\\u")) return true;
  std::string plain{text};
  std::erase_if(plain, [](char c) { return c == '\\' || is_joint(c); });
  return std::ranges::any_of(keys, [&](const std::string& key) { return contains_ignoring_case(plain, key); });
}

}  // namespace

Redactor::Redactor(std::vector<std::string> keys) : keys_{plain_keys(std::move(keys))} {}

std::optional<std::string> Redactor::redact(std::string_view text) const {
  if (keys_.empty() || !may_hold_secret(text)) return std::nullopt;
  std::string out;
  if (!redact(out, text, 0)) return std::nullopt;
  return out;
}

// Looks for a quote and the first two characters of a key behind it, however they are spelled: nearly all messages end
// here.
bool Redactor::may_hold_secret(std::string_view text) const noexcept {
  const auto begins_here = [&](std::size_t at) {
    return std::ranges::any_of(keys_, [&](const auto& key) { return may_begin(text.substr(at + 1), key); });
  };
  std::size_t at = 0;
#if defined(__SSE2__)
  constexpr std::size_t step = 16;
  const std::size_t keys = std::min(keys_.size(), most_keys);
  __m128i begin[most_keys][2];  // NOLINT(modernize-avoid-c-arrays): std::array drops the alignment
  for (std::size_t i = 0; i < keys; ++i) {
    begin[i][0] = _mm_set1_epi8(static_cast<char>(keys_[i][0] | 0x20));
    begin[i][1] = _mm_set1_epi8(static_cast<char>((keys_[i].size() > 1 ? keys_[i][1] : '"') | 0x20));
  }
  const __m128i backslash = _mm_set1_epi8('\\');
  // What may stand for, or in front of, any character of a key.
  const auto is_spelling = [&](__m128i bytes) {
    const __m128i joint =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
    return _mm_or_si128(joint, _mm_cmpeq_epi8(bytes, backslash));
  };
  const auto load = [&](std::size_t from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
  };
  // In lower case what is a letter; what else it changes is sorted out by who looks at each character.
  const __m128i case_bit = _mm_set1_epi8(0x20);
  for (; at + step + 2 <= text.size() && keys == keys_.size(); at += step) {
    const __m128i spelled = is_spelling(load(at + 2));
    __m128i found = is_spelling(load(at + 1));
    const __m128i first = _mm_or_si128(load(at + 1), case_bit);
    const __m128i second = _mm_or_si128(load(at + 2), case_bit);
    for (std::size_t i = 0; i < keys; ++i) {
      const __m128i goes_on = _mm_or_si128(_mm_cmpeq_epi8(second, begin[i][1]), spelled);
      found = _mm_or_si128(found, _mm_and_si128(_mm_cmpeq_epi8(first, begin[i][0]), goes_on));
    }
    found = _mm_and_si128(found, _mm_cmpeq_epi8(load(at), _mm_set1_epi8('"')));
    auto hits = static_cast<unsigned>(_mm_movemask_epi8(found));
    for (; hits != 0; hits &= hits - 1) {
      if (begins_here(at + static_cast<std::size_t>(std::countr_zero(hits)))) return true;
    }
  }
#endif
  for (at = text.find('"', at); at != std::string_view::npos; at = text.find('"', at + 1)) {
    if (begins_here(at)) return true;
  }
  return false;
}

bool Redactor::is_secret(std::string_view quoted) const {
  if (quoted.size() < 2) return false;
  const std::string_view key = quoted.substr(1, quoted.size() - 2);
  const auto is_key = [this](std::string_view name) {
    return std::ranges::any_of(keys_, [name](const std::string& known) { return is_same(name, known); });
  };
  if (!key.contains('\\')) return is_key(key);
  const auto plain = json::unquote(quoted);
  return plain && is_key(*plain);
}

// Appends `text`, redacted. True: something was.
bool Redactor::redact(std::string& out, std::string_view text, int depth) const {
  bool changed = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t quote = std::min(text.find('"', at), text.size());
    out += text.substr(at, quote - at);
    if (quote == text.size()) break;
    at = end_of_string(text, quote);
    const std::string_view string = text.substr(quote, at - quote);
    const std::size_t colon = skip_blanks(text, at);
    if (colon < text.size() && text[colon] == ':' && is_secret(string)) {
      const std::size_t value = skip_blanks(text, colon + 1);
      out += text.substr(quote, value - quote);
      out += '"';
      out += redacted;
      out += '"';
      at = end_of_value(text, value);
      changed = true;
    } else {
      changed |= redact_inside(out, string, depth);
    }
  }
  return changed;
}

// True: something in `text` was hidden, and `out` is what is left.
bool Redactor::hides(std::string& out, std::string_view text, int depth) const {
  if (depth > deepest) return may_hold_any(text, keys_);
  out.clear();
  return redact(out, text, depth);
}

// A string: it may hold JSON text itself.
bool Redactor::redact_inside(std::string& out, std::string_view quoted, int depth) const {
  const auto plain = quoted.contains('\\') ? json::unquote(quoted) : std::nullopt;
  std::string inner{redacted};
  if (plain && plain->contains(':') && hides(inner, *plain, depth + 1)) {
    json::append_string(out, inner);
    return true;
  }
  out += quoted;
  return false;
}

}  // namespace zenws::record
