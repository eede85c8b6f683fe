// What streams tell, by the examples of Binance's documentation.
#include <optional>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/binance_types.hpp>

#include "support/parsed_json.hpp"

namespace zenws::adapters::binance {
namespace {

using ::testing::ElementsAre;

// Reads by `read` what a handler would be given.
template <class F>
auto of(F read, std::string_view text) {
  const test::ParsedJson json{text};
  const Message message = JsonMessage{*json, text};
  return read(message);
}

TEST(BinanceTypes, read_a_trade_raw_or_combined) {
  constexpr std::string_view raw =
      R"({"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","b":88,"a":50,"T":1672515782135,"m":true,"M":true})";
  const auto trade = of(read_trade, raw);
  ASSERT_TRUE(trade);
  EXPECT_EQ(trade->symbol, "BNBBTC");
  EXPECT_EQ(trade->id, 12345U);
  EXPECT_EQ(trade->price, 0.001);
  EXPECT_EQ(trade->quantity, 100);
  EXPECT_EQ(trade->time, 1672515782135);
  EXPECT_TRUE(trade->buyer_is_maker);
  EXPECT_TRUE(of(read_trade, R"({"stream":"bnbbtc@trade","data":)" + std::string{raw} + "}"));
}

TEST(BinanceTypes, read_best_prices) {
  const auto ticker = of(
      read_book_ticker, R"({"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21","a":"25.36520000","A":"40.66"})");
  ASSERT_TRUE(ticker);
  EXPECT_EQ(ticker->update_id, 400'900'217U);
  EXPECT_EQ(ticker->bid, (Level{25.3519, 31.21}));
  EXPECT_EQ(ticker->ask, (Level{25.3652, 40.66}));
}

TEST(BinanceTypes, read_depth_events_and_snapshots) {
  const auto event = of(
      read_depth_event,
      R"({"e":"depthUpdate","E":1672515782136,"s":"BNBBTC","U":157,"u":160,"b":[["0.0024","10"]],"a":[["0.0026","100"]]})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->first, 157U);
  EXPECT_EQ(event->last, 160U);
  EXPECT_THAT(event->bids, ElementsAre(Level{0.0024, 10}));
  EXPECT_THAT(event->asks, ElementsAre(Level{0.0026, 100}));
  const auto snapshot = read_depth_snapshot(R"({"lastUpdateId":160,"bids":[["0.00240000","10",[]]],"asks":[]})");
  ASSERT_TRUE(snapshot) << to_string(snapshot.error());
  EXPECT_EQ(snapshot->last_update_id, 160U);
  EXPECT_EQ(snapshot->bids, event->bids) << "the same price, however it is written";
}

TEST(BinanceTypes, make_nothing_of_what_is_something_else) {
  for (const char* text : {
           "[1]",
           "7",
           "{}",
           R"({"result":null,"id":1})",
           R"({"stream":"a","data":[]})",
           R"({"e":"trade","s":"A","t":-1,"p":"1","q":"1"})",
           R"({"e":"trade","s":"A","t":1,"p":1,"q":"1"})",
           R"({"e":"trade","s":"A","t":1,"p":"1x","q":"1"})",
           R"({"e":"trade","s":"A","t":1,"p":"inf","q":"1"})",
           R"({"e":"trade","s":"A","t":1,"p":"-1","q":"1"})",
           R"({"u":1,"s":"A","b":"1","B":"1","a":"1"})",
           R"({"e":"depthUpdate","s":"A","U":2,"u":1,"b":[],"a":[]})",
           R"({"e":"depthUpdate","s":"A","U":1,"u":1,"b":[["1"]],"a":[]})",
           R"({"e":"depthUpdate","s":"A","U":1,"u":1,"b":[["1","x"]],"a":[]})",
           R"({"e":"depthUpdate","s":"A","U":1,"u":1,"b":[1],"a":[]})",
           R"({"e":"depthUpdate","s":"A","U":1,"u":1,"b":[]})",
       }) {
    EXPECT_FALSE(of(read_trade, text)) << text;
    EXPECT_FALSE(of(read_book_ticker, text)) << text;
    EXPECT_FALSE(of(read_depth_event, text)) << text;
    EXPECT_EQ(read_depth_snapshot(text).error(), errc::protocol_error) << text;
  }
  EXPECT_EQ(read_depth_snapshot("no JSON").error(), errc::protocol_error);
}

}  // namespace
}  // namespace zenws::adapters::binance
