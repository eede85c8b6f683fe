#include "simulators/deribit/exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::simulators::deribit {
namespace {

using ::testing::ElementsAre;

constexpr const char* perpetual = "BTC-PERPETUAL";

class DeribitExchange : public ::testing::Test {
 protected:
  DeribitExchange() {
    exchange.set_outside(perpetual, Side::sell, 50'000, 100, now);
    exchange.set_outside(perpetual, Side::buy, 49'900, 100, now);
    (void)exchange.take_events();
  }
  static Order order(Side side, double price, double amount) {
    return {.instrument = perpetual, .side = side, .price = price, .amount = amount, .connection = 1};
  }
  int code_of(const Order& wanted) {
    const auto placed = exchange.place(wanted, now);
    return placed ? 0 : placed.error().code;
  }
  Exchange exchange{DeribitSimulatorOptions{}};
  Moment now;
};

TEST_F(DeribitExchange, rests_what_does_not_cross) {
  const auto placed = exchange.place(order(Side::buy, 49'950, 20), now);
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->order.state, "open");
  EXPECT_EQ(placed->order.id, "BTC-1");
  EXPECT_TRUE(placed->trades.empty());
  EXPECT_EQ(exchange.find(perpetual)->book.best(Side::buy), 49'950);
}

TEST_F(DeribitExchange, trades_what_crosses_and_rests_the_rest) {
  const auto placed = exchange.place(order(Side::buy, 50'000, 130), now);
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->order.filled, 100);
  EXPECT_EQ(placed->order.state, "open");
  ASSERT_EQ(placed->trades.size(), 1U);
  EXPECT_EQ(placed->trades[0].price, 50'000);
  EXPECT_EQ(exchange.find(perpetual)->position, 100);
  EXPECT_THAT(exchange.find(perpetual)->book.view(1).bids, ElementsAre(SimulatedLevel{50'000, 30}));
}

TEST_F(DeribitExchange, fills_at_market_and_cancels_what_nobody_sells) {
  Order wanted = order(Side::buy, 0, 130);
  wanted.type = "market";
  const auto placed = exchange.place(wanted, now);
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->order.filled, 100);
  EXPECT_EQ(placed->order.state, "cancelled");
}

TEST_F(DeribitExchange, fills_or_kills) {
  Order wanted = order(Side::buy, 50'000, 130);
  wanted.time_in_force = "fill_or_kill";
  const auto placed = exchange.place(wanted, now);
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->order.filled, 0);
  EXPECT_EQ(placed->order.state, "cancelled");
}

TEST_F(DeribitExchange, is_hit_by_others) {
  const std::string id = exchange.place(order(Side::sell, 49'950, 20), now)->order.id;
  exchange.set_outside(perpetual, Side::buy, 49'950, 30, now);
  EXPECT_EQ(exchange.order(id)->state, "filled");
  EXPECT_EQ(exchange.find(perpetual)->position, -20);
  EXPECT_THAT(exchange.find(perpetual)->book.view(1).bids, ElementsAre(SimulatedLevel{49'950, 10}));
}

TEST_F(DeribitExchange, moves_a_post_only_order_below_the_spread_or_refuses_it) {
  Order wanted = order(Side::buy, 50'010, 10);
  wanted.post_only = true;
  EXPECT_EQ(exchange.place(wanted, now)->order.price, 49'999.5);
  wanted.reject_post_only = true;
  EXPECT_EQ(code_of(wanted), 11054);
}

TEST_F(DeribitExchange, refuses_what_breaks_a_rule_with_deribits_code) {
  EXPECT_EQ(code_of(order(Side::buy, 49'950, 15)), 10021) << "not a multiple of 10 USD";
  EXPECT_EQ(code_of(order(Side::buy, 49'950, 0)), 10021);
  EXPECT_EQ(code_of(order(Side::buy, 49'950.3, 10)), 10043) << "not a multiple of the tick";
  EXPECT_EQ(code_of(order(Side::buy, 49'950, 1e9)), 10009) << "margin for 20 000 BTC";
  Order elsewhere = order(Side::buy, 1, 10);
  elsewhere.instrument = "DOGE-PERPETUAL";
  EXPECT_EQ(code_of(elsewhere), 13020);
  Order reducing = order(Side::buy, 49'950, 10);
  reducing.reduce_only = true;
  EXPECT_EQ(code_of(reducing), 11030) << "there is no position to reduce";
  ASSERT_TRUE(exchange.place(order(Side::sell, 49'960, 10), now));
  EXPECT_EQ(code_of(order(Side::buy, 49'960, 10)), 10003) << "would trade with itself";
}

TEST_F(DeribitExchange, edits_open_orders_only) {
  const std::string id = exchange.place(order(Side::buy, 49'950, 20), now)->order.id;
  const auto moved = exchange.edit(id, 30, 49'960, now);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->order.price, 49'960);
  EXPECT_EQ(moved->order.amount, 30);
  const auto crossing = exchange.edit(id, 30, 50'000, now);
  ASSERT_TRUE(crossing);
  EXPECT_EQ(crossing->order.state, "filled");
  EXPECT_EQ(exchange.edit(id, 40, 50'000, now).error().code, 11044);
  EXPECT_EQ(exchange.edit("BTC-99", 40, 50'000, now).error().code, 10004);
}

TEST_F(DeribitExchange, cancels_open_orders_only) {
  const std::string id = exchange.place(order(Side::buy, 49'950, 20), now)->order.id;
  EXPECT_EQ(exchange.cancel(id, "user_request", now)->cancel_reason, "user_request");
  EXPECT_EQ(exchange.find(perpetual)->book.best(Side::buy), 49'900);
  EXPECT_EQ(exchange.cancel(id, "user_request", now).error().code, 11044);
  EXPECT_EQ(exchange.cancel("nonsense", "user_request", now).error().code, 10004);
}

// 100 USD bought at 50 000 and sold at 40 000 lose 100/40 000 - 100/50 000 BTC.
TEST_F(DeribitExchange, counts_an_inverse_contracts_loss_in_the_currency) {
  ASSERT_TRUE(exchange.place(order(Side::buy, 50'000, 100), now));
  exchange.set_outside(perpetual, Side::buy, 49'900, 0, now);
  exchange.set_outside(perpetual, Side::buy, 40'000, 100, now);
  ASSERT_TRUE(exchange.place(order(Side::sell, 40'000, 100), now));
  EXPECT_EQ(exchange.find(perpetual)->position, 0);
  EXPECT_NEAR(exchange.summary("BTC").balance, 10 - (100 / 40'000. - 100 / 50'000.), 1e-12);
}

}  // namespace
}  // namespace zenws::simulators::deribit
