// Invented trades have the venue's shape.
#include "servers/trade_source.hpp"

#include <set>

#include <gtest/gtest.h>

#include <zenws/json.hpp>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::system_clock::time_point traded_at{1'700'000'000'123ms};

TEST(TradeSource, makes_notifications_in_the_shape_of_the_venue) {
  TradeSource source{"trades.BTC-PERPETUAL.raw", 1};
  simdjson::dom::parser parser;
  const std::string text = source.next(traded_at);
  const simdjson::dom::element json = parser.parse(text);
  EXPECT_EQ(json["method"].get_string().value(), "subscription");
  EXPECT_EQ(json["params"]["channel"].get_string().value(), "trades.BTC-PERPETUAL.raw");
  const simdjson::dom::element trade = json["params"]["data"].at(0);
  EXPECT_EQ(trade["instrument_name"].get_string().value(), "BTC-PERPETUAL");
  EXPECT_EQ(trade["timestamp"].get_int64().value(), 1'700'000'000'123);
  EXPECT_GT(trade["price"].get_double().value(), 0);
  EXPECT_GT(trade["amount"].get_double().value(), 0);
}

TEST(TradeSource, trades_on_both_sides_and_never_below_one_tick) {
  TradeSource source{"trades.SOL_USDC-PERPETUAL.raw", 7};
  simdjson::dom::parser parser;
  std::set<std::string> sides;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = source.next(traded_at);
    const simdjson::dom::element trade = parser.parse(text)["params"]["data"].at(0);
    ASSERT_GE(trade["price"].get_double().value(), 0.01);
    sides.emplace(trade["direction"].get_string().value());
  }
  EXPECT_EQ(sides, (std::set<std::string>{"buy", "sell"}));
}

TEST(TradeSource, repeats_itself_with_the_same_seed) {
  TradeSource one{"trades.X.raw", 3};
  TradeSource two{"trades.X.raw", 3};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(one.next(traded_at), two.next(traded_at));
}

TEST(TradeSource, finds_the_instrument_in_a_channel_name) {
  EXPECT_EQ(instrument_of("trades.BTC-PERPETUAL.raw"), "BTC-PERPETUAL");
  EXPECT_EQ(instrument_of("trades.BTC"), "trades.BTC");
  EXPECT_EQ(instrument_of("ticker"), "ticker");
  EXPECT_EQ(instrument_of("a..b"), "");
}

}  // namespace
}  // namespace zenws::program
