// What counts as lost, and what a drop explains.
#include "servers/soak_tally.hpp"

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using test::t0;

// One client, and a venue that has published five numbers while it was not there.
class SoakTallyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = testing::Server::start();
    ASSERT_TRUE(server_);
    for (int i = 0; i < 5; ++i) venue_.publish(*server_);
  }
  Result<testing::Server> server_ = std::unexpected{Error{errc::closed}};
  SoakVenue venue_{1};
  SoakTally tally_{1};
};

TEST_F(SoakTallyTest, balances_when_each_number_came_or_was_missed_behind_a_loss) {
  tally_.on_drop(0, t0);
  EXPECT_FALSE(tally_.flows(0));
  tally_.on_loss(0);
  tally_.on_restored(0, t0 + 20ms);
  EXPECT_EQ(tally_.out_of_flow(), 1U) << "no number yet";
  EXPECT_FALSE(tally_.all_have(5));
  tally_.on_number(0, 5);
  EXPECT_EQ(tally_.out_of_flow(), 0U);
  EXPECT_TRUE(tally_.all_have(5));
  const SoakCount count = tally_.count(venue_);
  EXPECT_EQ(count.received, 1U);
  EXPECT_EQ(count.missed, 4U);
  EXPECT_EQ(count.unheard, 5U);
  EXPECT_EQ(count.unbalanced, 0U);
  EXPECT_EQ(count.lost_by_closes, 0U);
  EXPECT_EQ(count.losses, 1U);
  EXPECT_EQ(count.recoveries, std::vector<std::chrono::nanoseconds>{20ms});
}

TEST_F(SoakTallyTest, finds_the_end_missing) {
  for (const std::uint64_t number : {1U, 2U, 3U, 4U}) tally_.on_number(0, number);
  EXPECT_EQ(tally_.count(venue_).unbalanced, 1U);
}

TEST_F(SoakTallyTest, finds_a_gap_without_a_loss_wrong) {
  tally_.on_number(0, 1);
  tally_.on_number(0, 5);
  EXPECT_EQ(tally_.count(venue_).wrong, 3U);
  EXPECT_EQ(tally_.count(venue_).unbalanced, 1U);
}

TEST_F(SoakTallyTest, finds_more_missing_than_was_published_to_nobody) {
  tally_.on_loss(0);
  tally_.on_number(0, 7);
  EXPECT_EQ(tally_.count(venue_).lost_by_closes, 1U);
}

TEST_F(SoakTallyTest, expects_nothing_of_a_drop_that_did_not_happen) {
  tally_.on_drop(0, t0);
  tally_.on_no_drop(0);
  EXPECT_TRUE(tally_.flows(0));
}

}  // namespace
}  // namespace zenws::program
