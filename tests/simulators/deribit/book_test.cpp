#include "simulators/deribit/book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::simulators::deribit {
namespace {

using ::testing::ElementsAre;

class DeribitBook : public ::testing::Test {
 protected:
  DeribitBook() {
    book.rest(Side::sell, 101, {}, 10);
    book.rest(Side::sell, 102, {}, 20);
    book.rest(Side::buy, 99, {}, 30);
    (void)book.take_change();
  }
  Book book;
};

TEST_F(DeribitBook, lists_both_sides_best_first) {
  book.rest(Side::buy, 99.5, {}, 5);
  const SimulatedBook view = book.view();
  EXPECT_THAT(view.bids, ElementsAre(SimulatedLevel{99.5, 5}, SimulatedLevel{99, 30}));
  EXPECT_THAT(view.asks, ElementsAre(SimulatedLevel{101, 10}, SimulatedLevel{102, 20}));
  EXPECT_THAT(book.view(1).asks, ElementsAre(SimulatedLevel{101, 10}));
}

TEST_F(DeribitBook, sells_the_best_price_first_and_no_worse_than_the_limit) {
  const auto fills = book.take(Side::buy, 101, 25);
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_EQ(fills[0].price, 101);
  EXPECT_EQ(fills[0].amount, 10);
  EXPECT_EQ(book.best(Side::sell), 102);
}

TEST_F(DeribitBook, sells_through_all_levels_at_market) {
  const auto fills = book.take(Side::buy, std::nullopt, 25);
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_EQ(fills[1].amount, 15);
  EXPECT_THAT(book.view().asks, ElementsAre(SimulatedLevel{102, 5}));
}

TEST_F(DeribitBook, serves_who_came_first_first) {
  book.rest(Side::sell, 101, "mine", 10);
  const auto fills = book.take(Side::buy, 101, 15);
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_EQ(fills[0].order, "");
  EXPECT_EQ(fills[1].order, "mine");
  EXPECT_EQ(fills[1].amount, 5);
}

TEST_F(DeribitBook, knows_when_the_account_would_meet_itself) {
  book.rest(Side::sell, 102, "mine", 10);
  EXPECT_FALSE(book.meets_the_account(Side::buy, 102, 30)) << "the others at 101 and 102 have enough";
  EXPECT_TRUE(book.meets_the_account(Side::buy, 102, 31));
  EXPECT_FALSE(book.meets_the_account(Side::buy, 101, 31)) << "the limit ends before it";
}

TEST_F(DeribitBook, tells_a_change_by_what_became_of_each_price) {
  book.rest(Side::sell, 103, {}, 1);
  book.resize(Side::sell, 102, {}, 25);
  book.resize(Side::buy, 99, {}, 0);
  const auto change = book.take_change();
  ASSERT_TRUE(change);
  EXPECT_EQ(change->id, change->previous + 1);
  ASSERT_EQ(change->asks.size(), 2U);
  EXPECT_STREQ(change->asks[0].action, "change");
  EXPECT_EQ(change->asks[0].amount, 25);
  EXPECT_STREQ(change->asks[1].action, "new");
  ASSERT_EQ(change->bids.size(), 1U);
  EXPECT_STREQ(change->bids[0].action, "delete");
  EXPECT_EQ(change->bids[0].amount, 0);
}

TEST_F(DeribitBook, tells_nothing_when_nothing_has_changed) {
  EXPECT_FALSE(book.take_change());
  book.rest(Side::buy, 98, {}, 5);
  book.resize(Side::buy, 98, {}, 0);
  EXPECT_FALSE(book.take_change()) << "what came and went between two changes was never there";
  EXPECT_THAT(book.view().bids, ElementsAre(SimulatedLevel{99, 30}));
}

TEST_F(DeribitBook, adds_decimal_amounts_exactly) {
  for (int i = 0; i < 10; ++i) book.rest(Side::buy, 98, std::to_string(i), 0.1);
  EXPECT_EQ(book.view().bids.back().amount, 1.0);
  EXPECT_EQ(book.available(Side::sell, 98), 31.0);
}

}  // namespace
}  // namespace zenws::simulators::deribit
