// Deribit's language, by the examples of its documentation.
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

const auto deribit = Dialect::deribit();

TEST(DialectDeribit, subscribes_in_public) {
  EXPECT_EQ(deribit->subscribe(Channels{"trades.BTC-PERPETUAL.raw", "quote.ETH-PERPETUAL"}, 7),
            R"({"jsonrpc":"2.0","id":7,"method":"public/subscribe","params":{"channels":["trades.BTC-PERPETUAL.raw",)"
            R"("quote.ETH-PERPETUAL"]}})");
  EXPECT_EQ(deribit->unsubscribe(Channels{"a"}, 8),
            R"({"jsonrpc":"2.0","id":8,"method":"public/unsubscribe","params":{"channels":["a"]}})");
}

TEST(DialectDeribit, subscribes_in_private_when_one_channel_needs_it) {
  EXPECT_EQ(
      deribit->subscribe(Channels{"a", "user.orders.any.any.raw"}, 7),
      R"({"jsonrpc":"2.0","id":7,"method":"private/subscribe","params":{"channels":["a","user.orders.any.any.raw"]}})");
  EXPECT_EQ(deribit->unsubscribe(Channels{"user.portfolio.btc"}, 8),
            R"({"jsonrpc":"2.0","id":8,"method":"private/unsubscribe","params":{"channels":["user.portfolio.btc"]}})");
  EXPECT_NE(deribit->subscribe(Channels{"users.x", "x.user.y"}, 1).find("public/"), std::string::npos);
}

TEST(DialectDeribit, subscribes_in_private_always_when_told) {
  const auto dialect = Dialect::deribit(true);
  EXPECT_NE(dialect->subscribe(Channels{"a"}, 1).find(R"("private/subscribe")"), std::string::npos);
  EXPECT_NE(dialect->unsubscribe(Channels{"a"}, 1).find(R"("private/unsubscribe")"), std::string::npos);
}

TEST(DialectDeribit, lets_no_channel_break_out_of_its_quotes) {
  EXPECT_EQ(deribit->subscribe(Channels{R"(a"],"x":["\)"}, 1),
            R"({"jsonrpc":"2.0","id":1,"method":"public/subscribe","params":{"channels":["a\"],\"x\":[\"\\"]}})");
}

TEST(DialectDeribit, reads_updates_and_replies) {
  EXPECT_EQ(
      reading_of(*deribit, R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":)"
                           R"("deribit_price_index.btc_usd","data":{"timestamp":1535098298227,"price":6521.17}}})"),
      "update deribit_price_index.btc_usd");
  EXPECT_EQ(reading_of(*deribit, R"({"method":"subscription","id":null,"params":{"data":0,"channel":"c"}})"),
            "update c");
  EXPECT_EQ(reading_of(*deribit, R"({"jsonrpc":"2.0","id":4235,"result":["a"],"usIn":1,"usOut":2,"testnet":true})"),
            "reply 4235");
}

TEST(DialectDeribit, makes_nothing_of_the_rest) {
  for (const std::string& message : test::meaningless_messages())
    EXPECT_EQ(reading_of(*deribit, message), "other") << message;
  EXPECT_EQ(reading_of(*deribit, R"({"method":"heartbeat","params":{"type":"test_request"}})"), "other");
  EXPECT_EQ(reading_of(*deribit, R"({"method":"heartbeat","params":{"channel":"c"}})"), "other");
}

TEST(DialectDeribit, confirms_what_the_server_lists) {
  EXPECT_EQ(answer_of(*deribit, R"({"jsonrpc":"2.0","id":1,"result":["a","c"]})"),
            "a c|the server's answer does not list it");
  EXPECT_EQ(answer_of(*deribit, R"({"id":1,"error":{"message":"unauthorized","code":13009}})"), "|13009: unauthorized");
}

TEST(DialectDeribit, knows_updates_of_books_and_of_one_instruments_trades_by_their_numbers) {
  const auto id_of = [](const std::string& channel, const std::string& data) {
    simdjson::dom::parser parser;
    auto update = parser.parse(R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + channel +
                               R"(","data":)" + data + "}}");
    return deribit->update_id(update.value());
  };
  EXPECT_EQ(id_of("book.BTC-PERPETUAL.raw", R"({"change_id":42,"prev_change_id":41})"), 42U);
  EXPECT_EQ(id_of("trades.BTC-PERPETUAL.raw", R"([{"trade_seq":7},{"trade_seq":8}])"), 8U);
  EXPECT_EQ(id_of("trades.BTC_USDC.100ms", R"([{"trade_seq":9}])"), 9U);
  EXPECT_EQ(id_of("trades.BTC-PERPETUAL.raw", "[]"), std::nullopt);
  EXPECT_EQ(id_of("trades.option.BTC.raw", R"([{"trade_seq":7}])"), std::nullopt);
  EXPECT_EQ(id_of("trades.option_combo.BTC.raw", R"([{"trade_seq":7}])"), std::nullopt);
  EXPECT_EQ(id_of("ticker.BTC-PERPETUAL.raw", R"({"timestamp":1})"), std::nullopt);
  EXPECT_EQ(id_of("a", "1"), std::nullopt);
}

}  // namespace
}  // namespace zenws
