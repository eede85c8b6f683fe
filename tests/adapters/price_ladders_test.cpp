#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/price_ladders.hpp>

namespace zenws::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ladders, are_sorted_best_first) {
  PriceLadders ladders;
  EXPECT_EQ(ladders.best_bid(), std::nullopt);
  EXPECT_EQ(ladders.best_ask(), std::nullopt);
  for (const double price : {98.0, 99.0, 97.0}) ladders.set_bid({price, 1});
  for (const double price : {102.0, 101.0}) ladders.set_ask({price, 2});
  EXPECT_EQ(ladders.best_bid(), (Level{99, 1}));
  EXPECT_EQ(ladders.best_ask(), (Level{101, 2}));
  EXPECT_THAT(ladders.bids(2), ElementsAre(Level{99, 1}, Level{98, 1}));
  EXPECT_THAT(ladders.asks(), ElementsAre(Level{101, 2}, Level{102, 2}));
}

TEST(Ladders, hold_one_amount_at_a_price_and_no_price_without_amount) {
  PriceLadders ladders;
  ladders.set_bid({99, 1});
  ladders.set_bid({99, 3});
  ladders.set_ask({101, 1});
  ladders.set_ask({101, 0});
  ladders.set_ask({102, 0});
  EXPECT_THAT(ladders.bids(), ElementsAre(Level{99, 3}));
  EXPECT_THAT(ladders.asks(), IsEmpty());
  ladders.clear();
  EXPECT_THAT(ladders.bids(), IsEmpty());
}

}  // namespace
}  // namespace zenws::adapters
