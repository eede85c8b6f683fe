// Calls as values: what they ask, how they read the examples of the documentation, and what they do with anything else.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/deribit_calls.hpp>

#include "support/parsed_json.hpp"

namespace zenws::adapters::deribit {
namespace {

using ::testing::HasSubstr;

template <class T>
Result<T> answered(const Call<T>& call, const std::string& text) {
  return interpret(call, Response{text, std::chrono::microseconds{1}});
}

TEST(DeribitCalls, ask_by_method_and_parameters) {
  EXPECT_EQ(get_time().method, "public/get_time");
  EXPECT_EQ(get_instruments("BTC", "future").params, R"({"currency":"BTC","kind":"future"})");
  EXPECT_EQ(get_order_book("X", 5).params, R"({"depth":5,"instrument_name":"X"})");
  EXPECT_EQ(cancel("ETH-1").params, R"({"order_id":"ETH-1"})");
  EXPECT_EQ(edit("ETH-1", 10, 2.5).params, R"({"amount":10.0,"order_id":"ETH-1","price":2.5})");
  EXPECT_EQ(enable_cancel_on_disconnect(Scope::account).params, R"({"scope":"account"})");
}

TEST(DeribitCalls, buy_at_a_limit_or_at_market) {
  const OrderRequest request{.instrument_name = "X", .amount = 10, .price = 99.5, .label = "a\"b", .post_only = true};
  EXPECT_EQ(buy(request).params, R"({"amount":10.0,"instrument_name":"X","label":"a\"b","post_only":true,)"
                                 R"("price":99.5,"time_in_force":"good_til_cancelled","type":"limit"})");
  const std::string market = sell({.instrument_name = "X", .amount = 10}).params;
  EXPECT_THAT(market, HasSubstr(R"("type":"market")"));
  EXPECT_THAT(market, ::testing::Not(HasSubstr("price")));
}

TEST(DeribitCalls, say_names_that_are_no_utf8_in_valid_json) {
  const test::ParsedJson parsed{ticker("\xff").params};
  SUCCEED();
}

// https://docs.deribit.com/#private-buy, its example shortened.
TEST(DeribitCalls, read_an_order_and_its_trades) {
  const auto placed = answered(buy({}), R"({"jsonrpc":"2.0","id":1,"result":{
    "trades":[{"trade_id":"48078936","order_id":"ETH-349249","instrument_name":"ETH-PERPETUAL","direction":"buy",
               "price":203.3,"amount":40,"fee":0.00014757,"timestamp":1590484512188}],
    "order":{"order_id":"ETH-349249","order_state":"filled","order_type":"market","instrument_name":"ETH-PERPETUAL",
             "direction":"buy","price":207.3,"amount":40,"filled_amount":40,"average_price":203.3,"label":"market0000234",
             "creation_timestamp":1590484512188,"last_update_timestamp":1590484512188}}})");
  ASSERT_TRUE(placed) << to_string(placed.error());
  EXPECT_EQ(placed->order.order_id, "ETH-349249");
  EXPECT_EQ(placed->order.price, 207.3);
  EXPECT_FALSE(placed->order.is_open());
  ASSERT_EQ(placed->trades.size(), 1U);
  EXPECT_EQ(placed->trades[0].fee, 0.00014757);
}

TEST(DeribitCalls, read_a_price_that_is_a_word_as_none) {
  const auto order = answered(get_order_state("A-1"), R"({"id":1,"result":{"order_id":"A-1","order_state":"untriggered",
    "direction":"sell","price":"market_price","amount":10}})");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->price, std::nullopt);
  EXPECT_EQ(order->direction, Direction::sell);
}

TEST(DeribitCalls, read_an_empty_side_of_a_ticker_as_none) {
  const auto read = answered(ticker("X"), R"({"id":1,"result":{"instrument_name":"X","best_bid_price":null,
    "best_bid_amount":0,"best_ask_price":5,"best_ask_amount":7,"mark_price":4}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->best_bid_price, std::nullopt);
  EXPECT_EQ(read->best_ask_price, 5);
}

TEST(DeribitCalls, do_not_make_up_what_an_answer_does_not_say) {
  for (const char* result : {"1", "null", "[]", "{}", "[{}]", R"({"order":{}})", R"("ok")"}) {
    const std::string text = R"({"id":1,"result":)" + std::string{result} + "}";
    EXPECT_FALSE(answered(buy({}), text)) << result;
    EXPECT_FALSE(answered(get_order_book("X"), text)) << result;
    EXPECT_FALSE(answered(get_account_summary("BTC"), text)) << result;
    EXPECT_FALSE(answered(get_cancel_on_disconnect(), text)) << result;
  }
  EXPECT_EQ(answered(get_positions(), R"({"id":1,"result":{}})").error(), errc::protocol_error);
  EXPECT_EQ(answered(cancel_all(), R"({"id":1,"result":-1})").error(), errc::protocol_error);
}

TEST(DeribitErrors, carry_deribits_code_text_and_reason) {
  const auto failed =
      answered(get_positions(), R"({"jsonrpc":"2.0","id":1,"error":{"code":13009,"message":"unauthorized",
    "data":{"reason":"invalid_token"}}})");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code().value(), 13009);
  EXPECT_STREQ(failed.error().code().category().name(), "zenws.deribit");
  EXPECT_EQ(failed.error().detail(), "13009: unauthorized: invalid_token");
  EXPECT_THAT(explain(failed.error()).message, HasSubstr("the token is wrong, has expired"));
}

TEST(DeribitErrors, name_the_parameter_that_was_wrong) {
  const auto failed = answered(get_time(), R"({"id":1,"error":{"code":-32602,"message":"Invalid params",
    "data":{"param":"depth","reason":"must be positive"}}})");
  EXPECT_EQ(failed.error().detail(), "-32602: Invalid params, depth: must be positive");
}

TEST(DeribitErrors, of_unknown_codes_still_have_words) {
  const auto failed = answered(get_time(), R"({"id":1,"error":{"code":77777,"message":"brand_new"}})");
  EXPECT_EQ(failed.error().code().message(), "Deribit refused the request");
  EXPECT_THAT(to_string(failed.error()), HasSubstr("77777: brand_new"));
  EXPECT_EQ(classify(failed.error()), Severity::recoverable);
}

TEST(DeribitErrors, of_requests_that_were_not_answered_pass_through) {
  EXPECT_EQ(interpret(get_time(), std::unexpected{Error{errc::timeout}}).error(), errc::timeout);
}

}  // namespace
}  // namespace zenws::adapters::deribit
