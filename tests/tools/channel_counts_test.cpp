// Channels counted, and what happens when there are too many.
#include "recordings/channel_counts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using ::testing::ElementsAre;

TEST(ChannelCounts, puts_the_busiest_first_and_equals_by_name) {
  ChannelCounts counts;
  for (const char* const channel : {"b", "a", "c", "c"}) counts.add(channel, 10);
  EXPECT_THAT(counts.top(9).rows,
              ElementsAre(ChannelCount{"c", 2, 20}, ChannelCount{"a", 1, 10}, ChannelCount{"b", 1, 10}));
}

TEST(ChannelCounts, sums_up_what_is_not_shown) {
  ChannelCounts counts;
  for (const char* const channel : {"a", "a", "b", "c"}) counts.add(channel, 5);
  const auto top = counts.top(1);
  EXPECT_THAT(top.rows, ElementsAre(ChannelCount{"a", 2, 10}));
  EXPECT_EQ(top.other_names, 2U);
  EXPECT_EQ(top.others, (ChannelCount{"", 2, 10}));
}

TEST(ChannelCounts, remembers_no_more_names_than_it_may) {
  ChannelCounts counts{2};
  for (int i = 0; i < 1000; ++i) counts.add("channel " + std::to_string(i), 1);
  counts.add("channel 0", 1);
  EXPECT_EQ(counts.names(), 2U);
  const auto top = counts.top(10);
  EXPECT_THAT(top.rows, ElementsAre(ChannelCount{"channel 0", 2, 2}, ChannelCount{"channel 1", 1, 1}));
  EXPECT_EQ(top.others.messages, 998U);
}

TEST(ChannelCounts, remembers_no_name_that_is_too_long) {
  ChannelCounts counts;
  counts.add(std::string(ChannelCounts::longest_name, 'x'), 1);
  counts.add(std::string(ChannelCounts::longest_name + 1, 'x'), 1);
  EXPECT_EQ(counts.names(), 1U);
  EXPECT_EQ(counts.top(10).others.messages, 1U);
}

}  // namespace
}  // namespace zenws::program
