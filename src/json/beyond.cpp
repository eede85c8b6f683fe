#include "json/beyond.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace zenws::json {

namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_of_number(char c) noexcept { return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'; }

// Behind the string whose quote stands at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

std::size_t end_of_number(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_of_number(text[at])) ++at;
  return at;
}

// RFC 8259 §6; what is none is left for the parser to refuse.
bool is_number(std::string_view token) noexcept {
  const auto digits = [&token] {
    const auto end = std::ranges::find_if_not(token, is_digit);
    const auto count = static_cast<std::size_t>(end - token.begin());
    token.remove_prefix(count);
    return count;
  };
  if (token.starts_with('-')) token.remove_prefix(1);
  const bool starts_with_zero = token.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (starts_with_zero && whole > 1)) return false;
  if (token.starts_with('.')) {
    token.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (token.starts_with('e') || token.starts_with('E')) {
    token.remove_prefix(1);
    if (token.starts_with('+') || token.starts_with('-')) token.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return token.empty();
}

template <class Number>
bool fits(std::string_view token) noexcept {
  Number value{};
  return std::from_chars(token.data(), token.data() + token.size(), value).ec == std::errc{};
}

// m, where the number is at least 10^(m-1) and less than 10^m; the least there is for zero. An exponent beyond 64 bits
// decides alone.
std::int64_t magnitude(std::string_view token) noexcept {
  constexpr std::int64_t most = std::int64_t{1} << 40U;
  const std::size_t e = std::min(token.find_first_of("eE"), token.size());
  const std::string_view mantissa = token.substr(0, e);
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return -most;
  std::string_view written = token.substr(std::min(e + 1, token.size()));
  if (written.starts_with('+')) written.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto read = std::from_chars(written.data(), written.data() + written.size(), exponent);
  if (read.ec == std::errc::result_out_of_range) return written.starts_with('-') ? -most : most;
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const std::int64_t before_point = point - static_cast<std::int64_t>(first);
  return std::clamp(exponent, -most, most) + before_point + (before_point < 0 ? 1 : 0);
}

// Nullopt: the parser takes it as it is.
std::optional<std::string> nearest_double(std::string_view token) {
  constexpr std::size_t always_fits = 18;
  constexpr std::int64_t largest = std::numeric_limits<double>::max_exponent10 + 1;
  const bool is_whole = token.find_first_of(".eE") == std::string_view::npos;
  if (is_whole && (token.size() <= always_fits || fits<std::int64_t>(token) || fits<std::uint64_t>(token))) {
    return std::nullopt;
  }
  const std::int64_t reached = magnitude(token);
  if ((!is_whole && reached < largest) || !is_number(token)) return std::nullopt;
  double value = 0;
  const char* const end = token.data() + token.size();
  if (reached <= largest && std::from_chars(token.data(), end, value).ec == std::errc{}) {
    return is_whole ? std::optional{fmt::format("{:.16e}", value)} : std::nullopt;
  }
  return token.starts_with('-') ? "-1.7976931348623157e308" : "1.7976931348623157e308";
}

// The code unit of an escape \uXXXX at `at`; nullopt: there is none.
std::optional<unsigned> unit_at(std::string_view text, std::size_t at) noexcept {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  const char* const from = text.data() + at + 2;
  const auto read = std::from_chars(from, from + 4, unit, 16);
  return read.ec == std::errc{} && read.ptr == from + 4 ? std::optional{unit} : std::nullopt;
}

bool is_high(std::optional<unsigned> unit) noexcept { return unit && *unit >= 0xD800 && *unit <= 0xDBFF; }
bool is_low(std::optional<unsigned> unit) noexcept { return unit && *unit >= 0xDC00 && *unit <= 0xDFFF; }

// Takes the members of the outermost object one after another.
class OutlineReader {
 public:
  explicit OutlineReader(std::string_view text) noexcept : text_{text} {}

  Outline read() noexcept {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != '{') return outline_;
    ++at_;
    while (read_member()) {
    }
    return outline_;
  }

 private:
  void skip_blanks() noexcept { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool read_member() noexcept {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != '"') return false;
    const std::size_t begin = at_ + 1;
    at_ = end_of_string(text_, at_);
    const std::string_view key = text_.substr(begin, std::max(at_, begin + 1) - begin - 1);
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != ':') return false;
    ++at_;
    skip_blanks();
    const std::size_t value = at_;
    skip_value();
    keep(key, text_.substr(value, at_ - value));
    if (at_ >= text_.size() || text_[at_] != ',') return false;
    ++at_;
    return true;
  }

  // To the comma or the bracket behind it.
  void skip_value() noexcept {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        at_ = end_of_string(text_, at_);
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) return;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    }
  }

  void keep(std::string_view key, std::string_view value) noexcept {
    value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
    if (key == "id" && !outline_.has_id) {
      outline_.has_id = true;
      outline_.id = id_of(value);
    } else if (key == "method") {
      outline_.has_method = true;
    } else if (key == "result") {
      outline_.has_result = true;
    } else if (key == "error") {
      outline_.has_error = true;
    }
  }

  static std::optional<std::string_view> string_of(std::string_view value) noexcept {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::nullopt;
    return value.substr(1, value.size() - 2);
  }

  static std::optional<RequestIdView> id_of(std::string_view value) noexcept {
    if (const auto string = string_of(value)) {
      return string->find('\\') == std::string_view::npos ? std::optional<RequestIdView>{*string} : std::nullopt;
    }
    std::int64_t number = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc{} || read.ptr != value.data() + value.size()) return std::nullopt;
    return number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Outline outline_;
};

}  // namespace

std::optional<std::string> with_nearest_doubles(std::string_view text) {
  std::optional<std::string> changed;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = end_of_string(text, at);
    } else if (text[at] == '-' || is_digit(text[at])) {
      const std::size_t end = end_of_number(text, at);
      if (const auto number = nearest_double(text.substr(at, end - at))) {
        if (!changed) changed.emplace();
        changed->append(text, copied, at - copied).append(*number);
        copied = end;
      }
      at = end;
    } else {
      ++at;
    }
  }
  if (changed) changed->append(text, copied);
  return changed;
}

std::string with_whole_surrogates(std::string_view text) {
  std::string whole{text};
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') continue;
    const auto unit = unit_at(text, at);
    if (is_high(unit) && is_low(unit_at(text, at + 6))) {
      at += 11;
      continue;
    }
    if (is_high(unit) || is_low(unit)) whole.replace(at + 2, 4, "fffd");
    at += unit ? std::size_t{5} : std::size_t{1};
  }
  return whole;
}

Outline outline_of(std::string_view text) noexcept { return OutlineReader{text}.read(); }

std::optional<RequestIdView> reply_id(const Outline& outline) noexcept {
  if (outline.has_method || (!outline.has_result && !outline.has_error)) return std::nullopt;
  return outline.id;
}

}  // namespace zenws::json
