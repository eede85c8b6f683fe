// Lines, fields and lists of an HTTP/1.1 head (RFC 9110 §5, 9112 §2).
#include "ws/http_head.hpp"

#include <algorithm>

#include "base/ignoring_case.hpp"

namespace zenws::ws {
namespace {

constexpr std::string_view blanks = " \t";

// Behind the first empty line at or behind `from`; npos: there is none. RFC 9112 §2.2: LF alone may end a line.
std::size_t end_of_head(std::string_view text, std::size_t from) noexcept {
  for (std::size_t at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    const std::string_view next = text.substr(at + 1, 2);
    if (next.starts_with('\n')) return at + 2;
    if (next == "\r\n") return at + 3;
  }
  return std::string_view::npos;
}

}  // namespace

HeadCollector::Status HeadCollector::feed(std::span<const std::byte>& bytes) {
  const std::size_t before = text_.size();
  const std::size_t taken = std::min(bytes.size(), max_head_size - earlier_ - before);
  text_.append(reinterpret_cast<const char*>(bytes.data()), taken);
  // The empty line may have begun in an earlier piece.
  const std::size_t end = end_of_head(text_, before - std::min<std::size_t>(before, 2));
  if (end == std::string::npos) {
    bytes = bytes.subspan(taken);
    return earlier_ + text_.size() >= max_head_size ? Status::too_large : Status::need_more;
  }
  text_.resize(end);
  bytes = bytes.subspan(text_.size() - before);
  return Status::complete;
}

void HeadCollector::restart() noexcept {
  earlier_ += text_.size();
  text_.clear();
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> values_of(const std::vector<Header>& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (const Header& header : headers) {
    if (equal_ignoring_case(header.name, name)) values.push_back(trimmed(header.value));
  }
  return values;
}

std::vector<std::string_view> elements_of(const std::vector<Header>& headers, std::string_view name) {
  std::vector<std::string_view> elements;
  for (std::string_view rest : values_of(headers, name)) {
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (const auto element = trimmed(rest.substr(0, comma)); !element.empty()) elements.push_back(element);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return elements;
}

bool has_element(const std::vector<Header>& headers, std::string_view name, std::string_view token) {
  return std::ranges::any_of(elements_of(headers, name),
                             [&](std::string_view element) { return equal_ignoring_case(element, token); });
}

void append_header(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace zenws::ws
