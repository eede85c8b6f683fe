// Comparing words by their letters alone.
#pragma once

#include <algorithm>
#include <string_view>

namespace zenws {

// ASCII; other bytes stay as they are.
constexpr char in_lower_case(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

inline bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, in_lower_case, in_lower_case);
}

inline bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept {
  return part.empty() || !std::ranges::search(text, part, {}, in_lower_case, in_lower_case).empty();
}

// Whether `detail` tells anything that `message`, which stands before it, does not.
inline bool says_more(std::string_view detail, std::string_view message) noexcept {
  return !detail.empty() && !equal_ignoring_case(detail, message);
}

}  // namespace zenws
