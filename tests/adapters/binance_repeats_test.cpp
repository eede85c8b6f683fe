#include "adapters/binance_repeats.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/parsed_json.hpp"

namespace zenws::adapters::binance {
namespace {

class TwoConnections : public ::testing::Test {
 protected:
  bool is_repeat(std::string text) {
    const test::ParsedJson json{text};
    return repeats.is_repeat(JsonMessage{*json, text});
  }
  bool trade(int id, const char* symbol = "A") {
    return is_repeat(R"({"e":"trade","s":")" + std::string{symbol} + R"(","t":)" + std::to_string(id) + "}");
  }
  bool quote(int id) {
    return is_repeat(R"({"stream":"a@bookTicker","data":{"u":)" + std::to_string(id) + R"(,"s":"A","b":"1"}})");
  }
  Repeats repeats;
};

TEST_F(TwoConnections, tell_each_trade_twice_and_it_is_new_once) {
  EXPECT_FALSE(trade(1));
  EXPECT_FALSE(trade(2));
  EXPECT_TRUE(trade(1));
  EXPECT_TRUE(trade(2));
  EXPECT_FALSE(trade(3));
  EXPECT_FALSE(trade(1, "B")) << "another symbol";
  EXPECT_FALSE(is_repeat(R"({"e":"aggTrade","s":"A","a":1})")) << "another stream";
  EXPECT_TRUE(is_repeat(R"({"e":"aggTrade","s":"A","a":1})"));
}

TEST_F(TwoConnections, lose_nothing_when_the_later_one_is_heard_first) {
  EXPECT_FALSE(trade(1));
  EXPECT_FALSE(trade(4)) << "by the new connection";
  EXPECT_FALSE(trade(2)) << "by the old one";
  EXPECT_FALSE(trade(3));
  EXPECT_TRUE(trade(4));
  EXPECT_TRUE(trade(3)) << "by the new one";
  EXPECT_FALSE(trade(5));
}

TEST_F(TwoConnections, are_remembered_for_a_while_only) {
  EXPECT_FALSE(trade(1));
  EXPECT_FALSE(trade(1'000'000));
  EXPECT_FALSE(trade(999'999));
  EXPECT_TRUE(trade(2)) << "so far behind that nobody knows";
  EXPECT_FALSE(trade(2'000'000));
  EXPECT_TRUE(trade(999'998)) << "newer ones have taken its place";
}

TEST_F(TwoConnections, give_no_best_price_older_than_the_last) {
  EXPECT_FALSE(quote(10));
  EXPECT_TRUE(quote(10));
  EXPECT_FALSE(quote(20));
  EXPECT_TRUE(quote(15));
}

TEST_F(TwoConnections, repeat_nothing_that_has_no_id) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(is_repeat(R"({"result":null,"id":1})"));
    EXPECT_FALSE(is_repeat(R"({"e":"trade","s":"A"})"));
    EXPECT_FALSE(is_repeat(R"({"e":"kline","s":"A","t":1})"));
    EXPECT_FALSE(is_repeat("[1]"));
    EXPECT_FALSE(repeats.is_repeat(TextMessage{"text"}));
  }
}

}  // namespace
}  // namespace zenws::adapters::binance
