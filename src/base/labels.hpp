// How much of a client's name and labels there may be, and how labels are called where other texts stand beside them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace zenws {

inline constexpr std::size_t most_labels = 16;
inline constexpr std::size_t longest_label = 128;  // bytes of a name, of a label's key, of its value
// In telemetry, metrics and recordings the label "venue" is "label_venue", so that it hides nothing.
inline constexpr std::string_view label_prefix = "label_";

// What Prometheus takes for one, and no longer than that.
[[nodiscard]] constexpr bool is_label_key(std::string_view text) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && text.size() <= longest_label && !is_digit(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace zenws
