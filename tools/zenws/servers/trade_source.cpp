#include "servers/trade_source.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace zenws::program {
namespace {

struct Market {
  std::string_view prefix;
  double price;
  double tick;
};
constexpr std::array markets{Market{"BTC", 67'250, 0.5}, Market{"ETH", 3'450, 0.05}, Market{"SOL", 172, 0.01}};
constexpr Market other_market{"", 100, 0.01};

Market market_of(std::string_view instrument) {
  const auto* const found =
      std::ranges::find_if(markets, [&](const Market& m) { return instrument.starts_with(m.prefix); });
  return found != markets.end() ? *found : other_market;
}

}  // namespace

std::string_view instrument_of(std::string_view channel) {
  const std::size_t first = channel.find('.');
  const std::size_t last = channel.rfind('.');
  return first == last ? channel : channel.substr(first + 1, last - first - 1);
}

TradeSource::TradeSource(std::string channel, std::uint32_t seed)
    : channel_{std::move(channel)},
      instrument_{instrument_of(channel_)},
      random_{seed},
      price_{market_of(instrument_).price},
      tick_{market_of(instrument_).tick} {}

std::string TradeSource::next(std::chrono::system_clock::time_point now) {
  const bool buys = (random_() & 1U) == 0;
  const auto step = static_cast<double>(random_() % 4U);
  price_ = std::max(tick_, std::round(price_ / tick_ + (buys ? step : -step)) * tick_);
  const auto amount = 10U * (1U + random_() % 500U);
  const auto timestamp = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  ++sequence_;
  return fmt::format(
      R"({{"jsonrpc":"2.0","method":"subscription","params":{{"channel":"{}","data":[{{"trade_seq":{},"trade_id":"{}",)"
      R"("timestamp":{},"price":{:.2f},"instrument_name":"{}","direction":"{}","amount":{}}}]}}}})",
      channel_, sequence_, 1'000'000 + sequence_, timestamp, price_, instrument_, buys ? "buy" : "sell", amount);
}

}  // namespace zenws::program
