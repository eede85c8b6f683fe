// How Binance writes symbols: in capitals in payloads and requests, small in streams' names.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace zenws::adapters::binance {

[[nodiscard]] inline std::string upper(std::string_view symbol) {
  std::string text{symbol};
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}
[[nodiscard]] inline std::string lower(std::string_view symbol) {
  std::string text{symbol};
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

}  // namespace zenws::adapters::binance
