// Invents trades: prices that wander as a market's do, in the JSON of a venue.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace zenws::program {

// The trades of one channel such as `trades.BTC-PERPETUAL.raw`; the same seed gives the same trades.
class TradeSource {
 public:
  TradeSource(std::string channel, std::uint32_t seed);
  [[nodiscard]] const std::string& channel() const noexcept { return channel_; }

  // The next trade as a subscription notification, JSON-RPC 2.0 in Deribit's shape.
  [[nodiscard]] std::string next(std::chrono::system_clock::time_point now);

 private:
  std::string channel_;
  std::string instrument_;
  std::mt19937 random_;
  double price_;
  double tick_;  // smallest step of the price
  std::uint64_t sequence_ = 0;
};

// `BTC-PERPETUAL` of `trades.BTC-PERPETUAL.raw`; the whole name when it has no such shape.
[[nodiscard]] std::string_view instrument_of(std::string_view channel);

}  // namespace zenws::program
