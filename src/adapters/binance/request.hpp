// Requests with an id of ours: Binance's streams take no member `jsonrpc`, and ids that are texts cannot meet the
// library's own.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace zenws::adapters::binance {

// `params`: a JSON object or array as text; empty = none. Requires: `method` needs no escape. Threads: any.
[[nodiscard]] inline std::string make_request(std::string_view method, std::string_view params) {
  static std::atomic<std::uint64_t> last = 0;
  std::string text = R"({"id":"z)" + std::to_string(++last) + R"(","method":")" + std::string{method} + '"';
  if (!params.empty()) text.append(R"(,"params":)").append(params);
  return text + '}';
}

}  // namespace zenws::adapters::binance
