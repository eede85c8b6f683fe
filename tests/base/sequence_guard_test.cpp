#include <gtest/gtest.h>

#include <zenws/sequence_guard.hpp>

namespace zenws {
namespace {

TEST(SequenceGuard, has_nothing_to_compare_the_first_with) {
  SequenceGuard guard;
  EXPECT_EQ(guard.last(), std::nullopt);
  EXPECT_EQ(guard.see(7), Sequence::first);
  EXPECT_EQ(guard.last(), 7);
}

TEST(SequenceGuard, counts_up_by_one_without_a_previous_number) {
  SequenceGuard guard;
  EXPECT_EQ(guard.see(7), Sequence::first);
  EXPECT_EQ(guard.see(8), Sequence::in_order);
  EXPECT_EQ(guard.see(10), Sequence::gap);
  EXPECT_EQ(guard.see(9), Sequence::in_order) << "a gap changes nothing";
}

TEST(SequenceGuard, follows_the_previous_number_where_there_is_one) {
  SequenceGuard guard;
  EXPECT_EQ(guard.see(100), Sequence::first);
  EXPECT_EQ(guard.see(117, 100), Sequence::in_order);
  EXPECT_EQ(guard.see(130, 118), Sequence::gap);
  EXPECT_EQ(guard.see(131, 130), Sequence::gap) << "what follows a gap is behind it";
}

TEST(SequenceGuard, knows_what_it_has_seen) {
  SequenceGuard guard;
  guard.restart(100);
  EXPECT_EQ(guard.see(100, 90), Sequence::duplicate);
  EXPECT_EQ(guard.see(99, 90), Sequence::duplicate);
  EXPECT_EQ(guard.see(101, 100), Sequence::in_order);
}

TEST(SequenceGuard, begins_anew) {
  SequenceGuard guard;
  guard.restart(100);
  guard.restart(50);
  EXPECT_EQ(guard.see(51), Sequence::in_order);
  guard.reset();
  EXPECT_EQ(guard.see(3), Sequence::first);
  EXPECT_EQ(guard, [] {
    SequenceGuard other;
    other.restart(3);
    return other;
  }());
}

}  // namespace
}  // namespace zenws
