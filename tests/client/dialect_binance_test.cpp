// Binance's language, by the examples of its documentation.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/dialect.hpp>

#include "support/readings.hpp"

namespace zenws {
namespace {

using test::answer_of;
using test::reading_of;
using Channels = std::vector<std::string>;

const auto binance = Dialect::binance();

TEST(DialectBinance, subscribes_and_unsubscribes) {
  EXPECT_EQ(binance->subscribe(Channels{"btcusdt@aggTrade", "btcusdt@depth"}, 1),
            R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@depth"],"id":1})");
  EXPECT_EQ(binance->unsubscribe(Channels{"btcusdt@depth"}, 312),
            R"({"method":"UNSUBSCRIBE","params":["btcusdt@depth"],"id":312})");
  EXPECT_EQ(binance->subscribe(Channels{R"(a"])"}, 1), R"({"method":"SUBSCRIBE","params":["a\"]"],"id":1})");
}

TEST(DialectBinance, reads_replies_in_all_their_shapes) {
  EXPECT_EQ(reading_of(*binance, R"({"result":null,"id":1})"), "reply 1");
  EXPECT_EQ(reading_of(*binance, R"({"error":{"code":2,"msg":"Invalid request"},"id":"a"})"), "reply 'a'");
  EXPECT_EQ(reading_of(*binance, R"({"code":0,"msg":"Unknown property","id":3})"), "reply 3");
}

TEST(DialectBinance, confirms_all_or_none) {
  EXPECT_EQ(answer_of(*binance, R"({"result":null,"id":1})"), "a b c|");
  EXPECT_EQ(answer_of(*binance, R"({"error":{"code":2,"msg":"Invalid request: too many"},"id":1})"),
            "|2: Invalid request: too many");
  EXPECT_EQ(answer_of(*binance, R"({"code":2,"msg":"Invalid request: too many","id":1})"),
            "|2: Invalid request: too many");
}

TEST(DialectBinance, reads_combined_streams) {
  EXPECT_EQ(reading_of(*binance, R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","s":"BTCUSDT"}})"),
            "update btcusdt@depth@100ms");
  EXPECT_EQ(reading_of(*binance, R"({"data":[{"e":"24hrTicker"}],"stream":"!ticker@arr"})"), "update !ticker@arr");
  EXPECT_EQ(reading_of(*binance, R"({"stream":"a@depth5","data":{"lastUpdateId":160,"bids":[],"asks":[]}})"),
            "update a@depth5");
}

TEST(DialectBinance, names_the_streams_of_raw_events) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","b":88,"a":50,"m":true})",
       "update bnbbtc@trade"},
      {R"({"e":"aggTrade","E":1,"s":"BNBBTC","a":12345,"p":"0.001"})", "update bnbbtc@aggTrade"},
      {R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":157,"u":160,"b":[["0.0024","10"]],"a":[]})",
       "update btcusdt@depth"},
      {R"({"e":"kline","E":1,"s":"BNBBTC","k":{"t":1,"s":"BNBBTC","i":"1m","f":100}})", "update bnbbtc@kline_1m"},
      {R"({"e":"kline","E":1,"s":"BNBBTC","k":{"t":1,"s":"BNBBTC","i":"1M"}})", "update bnbbtc@kline_1M"},
      {R"({"e":"24hrTicker","s":"BNBBTC","b":"1","B":"2","a":"3","A":"4"})", "update bnbbtc@ticker"},
      {R"({"e":"24hrMiniTicker","s":"BNBBTC"})", "update bnbbtc@miniTicker"},
      {R"({"e":"1hTicker","s":"BNBBTC"})", "update bnbbtc@ticker_1h"},
      {R"({"e":"avgPrice","s":"BTCUSDT","i":"5m"})", "update btcusdt@avgPrice"},
      {R"({"u":400900217,"s":"BNBUSDT","b":"25.3","B":"31.2","a":"25.4","A":"40.6"})", "update bnbusdt@bookTicker"},
      {R"({"e":"bookTicker","u":1,"s":"BTCUSDT_240329","b":"1","B":"2","a":"3","A":"4"})",
       "update btcusdt_240329@bookTicker"},
  };
  for (const auto& [message, reading] : cases) EXPECT_EQ(reading_of(*binance, message), reading) << message;
}

TEST(DialectBinance, makes_nothing_of_events_it_cannot_name) {
  const std::string long_symbol(1000, 'A');
  for (const std::string& message : {
           std::string{R"({"e":"executionReport","s":"BTCUSDT"})"},
           std::string{R"({"e":"","s":"BTCUSDT"})"},
           std::string{R"({"e":"trade","s":""})"},
           std::string{R"({"e":"kline","s":"BTCUSDT"})"},
           std::string{R"({"e":"kline","s":"BTCUSDT","k":{}})"},
           std::string{R"({"e":"kline","s":"BTCUSDT","k":"1m"})"},
           std::string{R"({"e":"kline","s":"BTCUSDT","k":{"i":7}})"},
           std::string{R"({"e":"kline","s":"BTCUSDT","k":{"i":""}})"},
           std::string{R"({"u":1,"s":"BNBUSDT","b":"1","B":"2","a":"3"})"},
           std::string{R"({"e":null,"u":1,"s":"BNBUSDT","b":"1","B":"2","a":"3","A":"4"})"},
           std::string{R"({"lastUpdateId":160,"bids":[],"asks":[]})"},
           R"({"e":"trade","s":")" + long_symbol + R"("})",
           R"({"e":"kline","s":"A","k":{"i":")" + long_symbol + R"("}})",
       }) {
    EXPECT_EQ(reading_of(*binance, message), "other") << message;
  }
}

TEST(DialectBinance, names_streams_up_to_the_length_it_has_room_for) {
  const std::string fits(128 - std::string_view{"@trade"}.size(), 'a');
  EXPECT_EQ(reading_of(*binance, R"({"e":"trade","s":")" + fits + R"("})"), "update " + fits + "@trade");
  EXPECT_EQ(reading_of(*binance, R"({"e":"trade","s":"x)" + fits + R"("})"), "other");
}

TEST(DialectBinance, makes_nothing_of_the_rest) {
  for (const std::string& message : test::meaningless_messages())
    EXPECT_EQ(reading_of(*binance, message), "other") << message;
  EXPECT_EQ(reading_of(*binance, R"({"code":"2","msg":"m","id":1})"), "other");
  EXPECT_EQ(reading_of(*binance, R"({"code":2,"msg":7,"id":1})"), "other");
  EXPECT_EQ(reading_of(*binance, R"({"code":2,"msg":"m","id":1,"method":"x"})"), "other");
}

TEST(DialectBinance, takes_the_first_of_two_fields_of_one_name) {
  EXPECT_EQ(reading_of(*binance, R"({"e":"trade","s":"A","e":"aggTrade","s":"B"})"), "update a@trade");
  EXPECT_EQ(reading_of(*binance, R"({"stream":"a","stream":"b","data":1})"), "update a");
}

TEST(DialectBinance, knows_updates_by_their_numbers_or_their_time) {
  const auto id_of = [](const std::string& update) {
    simdjson::dom::parser parser;
    return binance->update_id(parser.parse(update).value());
  };
  EXPECT_EQ(id_of(R"({"e":"depthUpdate","E":9,"s":"BTCUSDT","U":5,"u":7,"b":[],"a":[]})"), 7U);
  EXPECT_EQ(id_of(R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":9,"s":"BTCUSDT","U":5,"u":7}})"),
            7U);
  EXPECT_EQ(id_of(R"({"e":"trade","E":9,"s":"BTCUSDT","t":12345})"), 12345U);
  EXPECT_EQ(id_of(R"({"e":"aggTrade","E":9,"s":"BTCUSDT","a":26129})"), 26129U);
  EXPECT_EQ(id_of(R"({"u":400900217,"s":"BNBUSDT","b":"25","B":"31","a":"26","A":"40"})"), 400900217U);
  EXPECT_EQ(id_of(R"({"stream":"btcusdt@depth5","data":{"lastUpdateId":160,"bids":[],"asks":[]}})"), 160U);
  EXPECT_EQ(id_of(R"({"e":"24hrTicker","E":1672515782136,"s":"BNBBTC"})"), 1672515782136U);
  EXPECT_EQ(id_of(R"({"anything":"else"})"), std::nullopt);
}

}  // namespace
}  // namespace zenws
