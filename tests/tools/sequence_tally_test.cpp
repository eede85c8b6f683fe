// Gaps count as missed behind a loss, and as wrong anywhere else.
#include "servers/sequence_tally.hpp"

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

TEST(SequenceTally, counts_what_comes_in_its_turn) {
  SequenceTally tally;
  for (const std::uint64_t number : {1U, 2U, 3U}) EXPECT_EQ(tally.on_number(number), 0U);
  EXPECT_EQ(tally.received(), 3U);
  EXPECT_EQ(tally.last(), 3U);
  EXPECT_EQ(tally.missed(), 0U);
  EXPECT_EQ(tally.wrong(), 0U);
}

TEST(SequenceTally, allows_one_gap_behind_each_loss) {
  SequenceTally tally;
  tally.on_number(1);
  tally.on_loss();
  EXPECT_FALSE(tally.flows());
  EXPECT_EQ(tally.on_number(5), 3U);
  EXPECT_TRUE(tally.flows());
  tally.on_loss();
  EXPECT_EQ(tally.on_number(6), 0U) << "nothing was published meanwhile";
  EXPECT_EQ(tally.received(), 3U);
  EXPECT_EQ(tally.missed(), 3U);
  EXPECT_EQ(tally.wrong(), 0U);
}

TEST(SequenceTally, finds_a_gap_without_a_loss_wrong) {
  SequenceTally tally;
  tally.on_number(2);  // the first one is 1
  tally.on_loss();
  tally.on_number(4);
  tally.on_number(7);
  EXPECT_EQ(tally.wrong(), 3U);
  EXPECT_EQ(tally.missed(), 1U);
}

TEST(SequenceTally, finds_what_comes_again_wrong_also_behind_a_loss) {
  SequenceTally tally;
  tally.on_number(1);
  tally.on_number(1);
  tally.on_loss();
  tally.on_number(1);
  EXPECT_EQ(tally.wrong(), 2U);
  EXPECT_EQ(tally.received(), 1U);
}

}  // namespace
}  // namespace zenws::program
