// Two connections bring the same feed: what comes out is in order, with nothing lost and nothing twice.
#include "policy/handover.hpp"

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::policy {
namespace {

using ::testing::ElementsAre;

// What a user sees of a handover, by the ids.
struct Feed {
  Handover handover;
  std::vector<std::uint64_t> seen;

  void old_brings(std::uint64_t id, std::string_view channel = "a") {
    if (handover.admits(channel, id)) seen.push_back(id);
  }
  void new_brings(std::uint64_t id, std::string_view channel = "a") { handover.hold(channel, id, std::to_string(id)); }
  void old_ends() {
    handover.end();
    while (auto text = handover.take()) seen.push_back(std::stoull(*text));
  }
};

TEST(Handover, holds_the_new_connections_updates_until_the_old_one_has_ended) {
  Feed feed;
  feed.handover.begin();
  feed.old_brings(1);
  feed.new_brings(2);
  feed.new_brings(3);
  feed.old_brings(2);
  EXPECT_THAT(feed.seen, ElementsAre(1, 2));
  feed.old_ends();
  EXPECT_THAT(feed.seen, ElementsAre(1, 2, 3));
}

TEST(Handover, drops_what_the_old_one_brought_first) {
  Feed feed;
  feed.handover.begin();
  feed.old_brings(5);
  feed.new_brings(4);
  feed.new_brings(5);
  EXPECT_FALSE(feed.handover.holds_any());
  feed.new_brings(6);
  feed.old_ends();
  EXPECT_THAT(feed.seen, ElementsAre(5, 6));
  EXPECT_EQ(feed.handover.repeated(), 2U);
}

TEST(Handover, does_not_forget_the_old_one_at_once_for_the_new_one_may_lag) {
  Feed feed;
  feed.handover.begin();
  feed.old_brings(8);
  feed.old_ends();
  EXPECT_TRUE(feed.handover.matters());
  feed.old_brings(7);  // now the new one
  feed.old_brings(8);
  EXPECT_THAT(feed.seen, ElementsAre(8));
  feed.old_brings(9);
  EXPECT_THAT(feed.seen, ElementsAre(8, 9));
  EXPECT_FALSE(feed.handover.matters());
}

TEST(Handover, knows_the_one_before_also_in_the_next_handover) {
  Feed feed;
  feed.handover.begin();
  feed.old_brings(8);
  feed.old_ends();
  feed.handover.begin();
  feed.old_brings(8);  // the second connection still lags
  feed.new_brings(9);
  feed.old_ends();
  EXPECT_THAT(feed.seen, ElementsAre(8, 9));
}

TEST(Handover, keeps_channels_apart) {
  Feed feed;
  feed.handover.begin();
  feed.old_brings(100, "a");
  feed.new_brings(1, "b");
  feed.old_ends();
  EXPECT_THAT(feed.seen, ElementsAre(100, 1));
}

TEST(Handover, delivers_what_has_no_id_from_both) {
  Handover handover;
  handover.begin();
  EXPECT_TRUE(handover.admits("a", std::nullopt));
  handover.hold("a", std::nullopt, "x");
  handover.end();
  EXPECT_EQ(handover.take(), "x");
  EXPECT_EQ(handover.take(), std::nullopt);
  EXPECT_EQ(handover.repeated(), 0U);
}

TEST(Handover, forgets_what_a_new_connection_brought_that_has_gone) {
  Feed feed;
  feed.handover.begin();
  feed.new_brings(2);
  feed.handover.forget_held();
  EXPECT_FALSE(feed.handover.matters());
  feed.old_brings(2);
  EXPECT_THAT(feed.seen, ElementsAre(2));
}

// Any interleaving of two connections, of which each is in order and the new one begins where the old one has not
// ended.
TEST(Handover, loses_and_repeats_nothing_however_the_two_interleave) {
  std::mt19937 random{7};
  for (int round = 0; round < 2000; ++round) {
    Feed feed;
    const std::uint64_t first_of_new = random() % 20;
    const std::uint64_t last_of_old = first_of_new + random() % 20;
    std::uint64_t from_old = 0;
    std::uint64_t from_new = first_of_new;
    feed.handover.begin();
    while (from_old <= last_of_old) {
      if (random() % 2 == 0) {
        feed.old_brings(from_old++);
      } else {
        feed.new_brings(from_new++);
      }
    }
    feed.old_ends();
    while (from_new < last_of_old + 20) feed.old_brings(from_new++);
    std::vector<std::uint64_t> all(feed.seen.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    ASSERT_EQ(feed.seen, all) << "round " << round;
    ASSERT_GE(feed.seen.size(), last_of_old + 1);
  }
}

}  // namespace
}  // namespace zenws::policy
