// Who may go on, by calls of any length.
#include "policy/turn.hpp"

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;

// A turn of calls that last `each`: how long it takes, how many they are, and how often the clock was asked.
struct Taken {
  Clock::duration time{};
  int calls = 0;
  int looks = 0;
  int flushes = 0;
};
Taken take(Turn& turn, Clock::duration each, TimePoint begun = t0) {
  Taken taken;
  for (bool over = false; !over;) {
    taken.time += each;
    ++taken.calls;
    if (!turn.called()) continue;
    ++taken.looks;
    const Turn::Verdict verdict = turn.look(begun + taken.time);
    over = verdict.over;
    if (verdict.flush) ++taken.flushes;
  }
  return taken;
}

TEST(Turn, lasts_a_millisecond_and_a_call_at_most) {
  for (const Clock::duration each : {Clock::duration{40ns}, Clock::duration{1us}, Clock::duration{5us},
                                     Clock::duration{20us}, Clock::duration{100us}, Clock::duration{999us}}) {
    Turn turn{t0};
    const Taken taken = take(turn, each);
    EXPECT_GE(taken.time, 1ms);
    EXPECT_LE(taken.time, 1ms + each + 6us) << each.count();
  }
}

TEST(Turn, is_one_call_when_that_is_long) {
  Turn turn{t0};
  EXPECT_EQ(take(turn, 20ms).calls, 1);
}

TEST(Turn, asks_the_clock_seldom_when_calls_are_fast) {
  Turn turn{t0};
  const Taken taken = take(turn, 40ns);
  EXPECT_LT(taken.looks, taken.calls / 25);
}

TEST(Turn, asks_the_clock_after_each_call_once_they_are_slow) {
  Turn turn{t0};
  const Taken taken = take(turn, 10us);
  EXPECT_EQ(taken.looks, taken.calls);
}

TEST(Turn, overlooks_few_calls_that_become_slow) {
  Turn turn{t0};
  TimePoint now = t0;
  for (int i = 0; i < 1000; ++i) {
    now += 40ns;
    EXPECT_FALSE(turn.called() && turn.look(now).over);
  }
  const Taken slow = take(turn, 100us, now);
  EXPECT_LE(slow.calls, 32);
}

TEST(Turn, has_what_was_gathered_written_every_50_us) {
  Turn turn{t0};
  const Taken taken = take(turn, 5us);
  EXPECT_GE(taken.flushes, 18);
  EXPECT_LE(taken.flushes, 20);
}

TEST(Turn, has_it_written_after_one_call_that_is_long) {
  Turn turn{t0};
  EXPECT_TRUE(turn.called());
  EXPECT_TRUE(turn.look(t0 + 60us).flush);
  EXPECT_FALSE(turn.look(t0 + 70us).flush);
}

TEST(Turn, may_be_looked_at_between_calls) {
  Turn turn{t0};
  EXPECT_FALSE(turn.look(t0 + 500us).over);
  EXPECT_TRUE(turn.look(t0 + 1ms).over);
}

}  // namespace
}  // namespace zenws::policy
