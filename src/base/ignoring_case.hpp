// Comparing words by their letters alone.
#pragma once

#include <algorithm>
#include <string_view>

namespace zenws {

// ASCII; other bytes are compared as they are.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Whether `detail` tells anything that `message`, which stands before it, does not.
inline bool says_more(std::string_view detail, std::string_view message) noexcept {
  return !detail.empty() && !equal_ignoring_case(detail, message);
}

}  // namespace zenws
