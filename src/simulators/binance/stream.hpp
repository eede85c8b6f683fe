// Names of streams, and paths that lead to them.
//
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zenws::simulators::binance {

// A partial book depth stream, the only kind that is told by time rather than by what happens.
struct TopStream {
  std::string symbol;  // in capitals
  std::size_t depth = 0;
  bool is_fast = false;
};
// nullopt: not of that kind.
[[nodiscard]] std::optional<TopStream> read_top_stream(std::string_view name);

// `BTCUSDT`, `@trade`: `btcusdt@trade`.
[[nodiscard]] std::string stream_name(std::string_view symbol, std::string_view suffix);

// What an upgrade's path and query ask for.
struct Target {
  enum class Kind : std::uint8_t { streams, api };
  Kind kind = Kind::streams;
  bool is_combined = false;  // payloads come in `{"stream":…,"data":…}`
  bool shows_limits = true;  // of the API: returnRateLimits
  std::vector<std::string> streams = {};
};
// nullopt: Binance has nothing there.
[[nodiscard]] std::optional<Target> read_target(std::string_view target);

}  // namespace zenws::simulators::binance
