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
  Handover handover{std::size_t{1} << 20U};
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
  Handover handover{1000};
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

TEST(Handover, that_both_connections_leave_is_over) {
  Feed feed;
  feed.handover.begin();
  feed.old_brings(1);
  feed.new_brings(2);
  feed.handover.forget();
  EXPECT_FALSE(feed.handover.matters());
  EXPECT_EQ(feed.handover.bytes(), 0U);
  feed.old_brings(1);  // of a third
  EXPECT_THAT(feed.seen, ElementsAre(1, 1));
}

TEST(Handover, that_has_ended_still_gives_what_it_held_when_the_one_before_is_forgotten) {
  Feed feed;
  feed.handover.begin();
  feed.new_brings(2);
  feed.handover.end();
  feed.handover.forget();
  EXPECT_EQ(feed.handover.take(), "2");
}

TEST(Handover, says_when_it_holds_more_than_it_may_and_more_than_one_message) {
  Handover handover{1000};
  handover.begin();
  handover.hold("a", 1, std::string(5000, 'x'));
  EXPECT_FALSE(handover.holds_too_much());
  handover.hold("a", 2, "x");
  EXPECT_TRUE(handover.holds_too_much());
  EXPECT_GT(handover.bytes(), 5000U);
  handover.end();
  EXPECT_TRUE(handover.take());
  EXPECT_FALSE(handover.holds_too_much());
  EXPECT_TRUE(handover.take());
  EXPECT_EQ(handover.bytes(), 0U);
}

TEST(Handover, remembers_no_more_names_than_it_may_and_says_so) {
  Handover handover{1000};
  handover.begin();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(handover.admits("channel " + std::to_string(i), 1));
  EXPECT_TRUE(handover.knows_too_many());
  EXPECT_LE(handover.bytes(), 1000U);
  handover.hold("channel 99", 1, "x");  // rather twice than never
  EXPECT_TRUE(handover.holds_any());
  handover.hold("channel 0", 1, "x");
  EXPECT_EQ(handover.repeated(), 1U);
  handover.end();
  EXPECT_TRUE(handover.take());
  handover.forget();
  EXPECT_EQ(handover.bytes(), 0U);
  handover.begin();
  EXPECT_FALSE(handover.knows_too_many());
}

TEST(Handover, counts_every_byte_once_however_handovers_follow) {
  Feed feed;
  for (std::uint64_t round = 1; round < 10; ++round) {
    feed.handover.begin();
    for (int channel = 0; channel < 5; ++channel) {
      feed.old_brings(round * 10, "channel " + std::to_string(channel));
      feed.new_brings(round * 10 + 1, "channel " + std::to_string(channel));
    }
    round % 3 == 0 ? feed.handover.forget_held() : feed.old_ends();
  }
  feed.handover.forget();
  EXPECT_EQ(feed.handover.bytes(), 0U);
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
