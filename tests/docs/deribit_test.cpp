// docs/guide/deribit.md
#include "support/deribit.hpp"

#include <cstdio>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "docs/venue_url.hpp"
#include "support/eventually.hpp"

namespace {

using zenws::simulators::SimulatedSide;

int order(const std::string& id, const std::string& secret) {
#include "deribit/connect.inc"
  EXPECT_TRUE(placed) << to_string(placed.error());
  const std::string order_id = placed->order.order_id;
#include "deribit/asynchronous.inc"
  // Told on the loop, which close() waits for.
  const auto state = deribit->get_order_state(order_id);
  EXPECT_TRUE(state);
  EXPECT_EQ(state->order_state, "cancelled");
  return 0;
}

TEST(GuideDeribit, an_order_is_placed_and_cancelled) {
  const auto simulator = zenws::testing::start_simulator();
  venue_url = simulator.url();
  EXPECT_EQ(order("simulated", "simulated-secret"), 0);
  EXPECT_EQ(order("simulated", "wrong"), 1);
}

TEST(GuideDeribit, a_book_is_kept) {
  auto simulator = zenws::testing::start_simulator();
  simulator.set_level("BTC-PERPETUAL", SimulatedSide::sell, 50'000, 100);
  zenws::adapters::DeribitOptions options = zenws::testing::options_for(simulator);
#include "deribit/book.inc"
  EXPECT_TRUE(watched);
  EXPECT_TRUE(zenws::testing::eventually([&] {
    const auto book = deribit->book("BTC-PERPETUAL", "raw");
    return book && book->best_ask() && book->best_ask()->price == 50'000;
  }));
}

TEST(GuideDeribit, a_simulator_stands_for_the_venue) {
#include "deribit/simulator.inc"
  ASSERT_TRUE(deribit) << to_string(deribit.error());
  const auto book = deribit->get_order_book("BTC-PERPETUAL");
  ASSERT_TRUE(book);
  EXPECT_EQ(book->asks.size(), 1U);
}

}  // namespace
