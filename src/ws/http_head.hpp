// Where an HTTP/1.1 head ends, and what its fields say: the part of RFC 9110 and 9112 that both roles share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>

namespace zenws::ws {

inline constexpr std::size_t max_head_size = std::size_t{64} << 10U;
inline constexpr std::size_t max_header_count = 100;

// Collects bytes up to and with the empty line.
class HeadCollector {
 public:
  enum class Status : std::uint8_t { need_more, complete, too_large };

  // Takes bytes off the front of `bytes`; what follows the head is left there. The limit holds for the sum of all
  // heads.
  Status feed(std::span<const std::byte>& bytes);
  // What was collected.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  // Begins the next head.
  void restart() noexcept;

 private:
  std::string text_;
  std::size_t earlier_ = 0;  // size of the heads before
};

// `text` without the blanks around it (RFC 9110 §5.6.3).
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

// The values of all fields of that name, in order.
[[nodiscard]] std::vector<std::string_view> values_of(const std::vector<Header>& headers, std::string_view name);
// The elements of all comma-separated fields of that name, in order, empty ones left out (RFC 9110 §5.6.1).
[[nodiscard]] std::vector<std::string_view> elements_of(const std::vector<Header>& headers, std::string_view name);
// True when `token` is one of them, ignoring case.
[[nodiscard]] bool has_element(const std::vector<Header>& headers, std::string_view name, std::string_view token);

// Beast's fields as ours.
template <class Fields>
[[nodiscard]] std::vector<Header> to_headers(const Fields& fields) {
  std::vector<Header> headers;
  for (const auto& field : fields) headers.push_back({.name = field.name_string(), .value = field.value()});
  return headers;
}

// `NAME: VALUE` and the end of the line.
void append_header(std::string& text, std::string_view name, std::string_view value);

}  // namespace zenws::ws
