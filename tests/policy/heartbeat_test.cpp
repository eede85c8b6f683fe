// When heartbeats are due, and when a connection is dead.
#include "policy/heartbeat.hpp"

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;

Heartbeat every_20s(int max_missed = 2) { return {{.interval = 20s, .max_missed = max_missed}, t0}; }

// What a tick at `now` says, sending what is due with the token `token`.
std::string tick(Heartbeat& heartbeat, TimePoint now, std::int64_t token, bool listening = true) {
  const auto read_until = listening ? std::optional{now} : std::nullopt;
  const Heartbeat::Tick tick = heartbeat.tick(now, read_until);
  if (tick.send) heartbeat.sent(token, now);
  return std::string{tick.missed ? "missed " : ""} + (tick.dead ? "dead " : "") + (tick.send ? "send" : "");
}

TEST(Heartbeat, is_due_once_an_interval) {
  Heartbeat heartbeat = every_20s();
  EXPECT_EQ(heartbeat.deadline(), t0 + 20s);
  EXPECT_EQ(tick(heartbeat, t0 + 19s, 1), "");
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 1), "send");
  EXPECT_EQ(heartbeat.deadline(), t0 + 40s);
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 2), "");
}

TEST(Heartbeat, tells_the_round_trip_of_its_answer) {
  Heartbeat heartbeat = every_20s();
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 7), "send");
  EXPECT_EQ(heartbeat.unanswered(), 1U);
  EXPECT_EQ(heartbeat.answered(7, t0 + 20s + 3ms), Clock::duration{3ms});
  EXPECT_EQ(heartbeat.unanswered(), 0U);
  EXPECT_EQ(heartbeat.last_answer(), t0 + 20s + 3ms);
  EXPECT_EQ(tick(heartbeat, t0 + 40s, 8), "send");
}

TEST(Heartbeat, takes_no_answer_but_its_own_and_none_twice) {
  Heartbeat heartbeat = every_20s();
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 7), "send");
  EXPECT_FALSE(heartbeat.answered(8, t0 + 21s));
  EXPECT_TRUE(heartbeat.answered(7, t0 + 21s));
  EXPECT_FALSE(heartbeat.answered(7, t0 + 22s));
}

TEST(Heartbeat, is_dead_when_two_stay_unanswered) {
  Heartbeat heartbeat = every_20s();
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 1), "send");
  EXPECT_EQ(tick(heartbeat, t0 + 40s, 2), "missed send");
  EXPECT_EQ(tick(heartbeat, t0 + 60s, 3), "missed dead ");
  EXPECT_EQ(heartbeat.missed_in_a_row(), 2);
}

TEST(Heartbeat, is_dead_within_interval_times_misses_plus_one) {
  for (int misses = 1; misses < 10; ++misses) {
    Heartbeat heartbeat = every_20s(misses);
    TimePoint now = t0;
    for (std::string said; !said.contains("dead");) said = tick(heartbeat, now = heartbeat.deadline(), 1);
    EXPECT_EQ(now, t0 + 20s * (misses + 1));
  }
}

TEST(Heartbeat, counts_in_a_row_only) {
  Heartbeat heartbeat = every_20s();
  std::int64_t token = 0;
  for (auto now = t0 + 20s; now < t0 + 2000s; now += 40s) {
    EXPECT_FALSE(tick(heartbeat, now, ++token).contains("dead"));
    EXPECT_FALSE(tick(heartbeat, now + 20s, ++token).contains("dead"));
    EXPECT_TRUE(heartbeat.answered(token, now + 21s));
    EXPECT_EQ(heartbeat.missed_in_a_row(), 0);
  }
}

TEST(Heartbeat, lets_a_late_answer_prove_life) {
  Heartbeat heartbeat = every_20s();
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 1), "send");
  EXPECT_EQ(tick(heartbeat, t0 + 40s, 2), "missed send");
  EXPECT_EQ(heartbeat.answered(1, t0 + 50s), Clock::duration{30s});
  EXPECT_EQ(tick(heartbeat, t0 + 60s, 3), "missed send");  // the second one is not answered
}

TEST(Heartbeat, only_counts_with_zero) {
  Heartbeat heartbeat = every_20s(0);
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 1), "send");
  for (int i = 1; i < 100; ++i) EXPECT_EQ(tick(heartbeat, t0 + 20s * (i + 1), i + 1), "missed send");
  EXPECT_EQ(heartbeat.missed_in_a_row(), 99);
  EXPECT_LE(heartbeat.unanswered(), 16U) << "what it remembers is bounded";
}

TEST(Heartbeat, counts_no_miss_while_nobody_listens) {
  Heartbeat heartbeat = every_20s();
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 1), "send");
  for (int i = 2; i < 10; ++i) EXPECT_EQ(tick(heartbeat, t0 + 20s * i, i, false), "send");
  EXPECT_EQ(heartbeat.missed_in_a_row(), 0);
}

TEST(Heartbeat, is_due_once_after_the_process_stood_still) {
  Heartbeat heartbeat = every_20s();
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 1), "send");
  EXPECT_EQ(tick(heartbeat, t0 + 195s, 2), "missed send");
  EXPECT_EQ(heartbeat.deadline(), t0 + 205s) << "half an interval for the answer at least";
}

TEST(HeartbeatOfThePeer, is_missed_after_two_intervals_without_one) {
  Heartbeat heartbeat{{.interval = 180s, .max_missed = 2, .peer_sends = true}, t0};
  EXPECT_EQ(tick(heartbeat, t0 + 180s, 0), "");
  heartbeat.heard(t0 + 200s);
  EXPECT_EQ(tick(heartbeat, t0 + 360s, 0), "");
  EXPECT_EQ(tick(heartbeat, t0 + 540s, 0), "");
  EXPECT_EQ(tick(heartbeat, t0 + 720s, 0), "missed ");
  EXPECT_EQ(tick(heartbeat, t0 + 900s, 0), "missed dead ");
}

TEST(HeartbeatOfThePeer, clears_what_was_missed) {
  Heartbeat heartbeat{{.interval = 180s, .max_missed = 2, .peer_sends = true}, t0};
  EXPECT_EQ(tick(heartbeat, t0 + 180s, 0), "");
  EXPECT_EQ(tick(heartbeat, t0 + 360s, 0), "missed ");
  heartbeat.heard(t0 + 361s);
  EXPECT_EQ(heartbeat.missed_in_a_row(), 0);
  EXPECT_EQ(tick(heartbeat, t0 + 540s, 0), "");
}

TEST(Heartbeat, judges_by_what_was_read_while_bytes_wait_unread) {
  Heartbeat heartbeat = every_20s();
  EXPECT_EQ(tick(heartbeat, t0 + 20s, 1), "send");
  EXPECT_TRUE(heartbeat.tick(t0 + 40s, TimePoint::min()).send);
  EXPECT_FALSE(heartbeat.tick(t0 + 60s, t0 + 25s).missed);  // the answer may have come later than that
  EXPECT_TRUE(heartbeat.tick(t0 + 80s, t0 + 40s).missed);
}

}  // namespace
}  // namespace zenws::policy
