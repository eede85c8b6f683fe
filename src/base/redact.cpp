// What of a URL, a header, a path may be shown to people.
#include "base/redact.hpp"

#include <algorithm>
#include <array>

#include "base/ignoring_case.hpp"
#include "base/uri.hpp"

namespace zenws {
namespace {

// Keys stay, values go. A parameter without `=` may well be a bare token, so it goes too.
void append_redacted_query(std::string& out, std::string_view query) {
  char separator = '?';
  for (bool more = true; more;) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    out += separator;
    if (const std::size_t equals = parameter.find('='); equals != std::string_view::npos) {
      out += parameter.substr(0, equals + 1);
    }
    if (!parameter.empty()) out += redacted;
    more = end != std::string_view::npos;
    if (more) query.remove_prefix(end + 1);
    separator = '&';
  }
}

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Letters, perhaps with a number behind them: what keys and tokens of some length are not.
bool is_word(std::string_view text) noexcept {
  constexpr std::size_t longest = 24;
  const auto* const letters_end = std::ranges::find_if_not(text, is_letter);
  return !text.empty() && text.size() <= longest && letters_end != text.begin() &&
         std::all_of(letters_end, text.end(), is_digit);
}

bool are_words(std::string_view text) noexcept {
  while (true) {
    const std::size_t end = std::min(text.find_first_of("-_ "), text.size());
    if (!is_word(text.substr(0, end))) return false;
    if (end == text.size()) return true;
    text.remove_prefix(end + 1);
  }
}

// RFC 9110 §11.1: with what the value of an Authorization header begins.
bool begins_with_a_scheme(std::string_view text) noexcept {
  constexpr std::array schemes{"Basic", "Bearer", "Digest", "HMAC", "Key", "Negotiate", "Token"};
  const std::string_view first = text.substr(0, text.find(' '));
  return first.size() != text.size() &&
         std::ranges::any_of(schemes, [first](const char* scheme) { return equal_ignoring_case(first, scheme); });
}

// What is said of secrets, in the place of one.
bool names_a_secret(std::string_view value) noexcept {
  constexpr std::array marks{"auth", "cookie", "key", "token", "secret", "sign", "pass"};
  const auto contains = [value](const char* mark) { return contains_ignoring_case(value, mark); };
  const bool is_extension = value.size() > 2 && (value[0] | 0x20) == 'x' && value[1] == '-';
  return are_words(value) && (is_extension || std::ranges::any_of(marks, contains));
}

}  // namespace

std::string_view shown_name(const Header& header) {
  const std::string_view name = std::string_view{header.name}.substr(0, header.name.find(':'));
  if (name.empty()) return name;
  const bool is_name = are_words(name) && !begins_with_a_scheme(name) && !names_a_secret(header.value);
  return is_name ? name : redacted;
}

std::string_view shown_path(std::string_view path) noexcept {
  return path.contains("-----BEGIN") || path.contains('\n') ? redacted : path;
}

std::string redact_url(std::string_view text) {
  const auto url = parse_uri_with_host(text);
  return url ? redact_url(*url) : std::string{redacted};  // such a text's path may be a misplaced password
}

std::string redact_url(const boost::urls::url_view& url) {
  std::string out{as_std(url.scheme())};
  out += "://";
  if (url.has_userinfo()) {
    out += redacted;
    out += '@';
  }
  out += as_std(url.encoded_host_and_port());
  out += as_std(url.encoded_path());
  if (url.has_query()) append_redacted_query(out, as_std(url.encoded_query()));
  return out;  // the fragment is dropped: it is never sent, and may hold a token
}

}  // namespace zenws
