// Deadlines: their order, how they move, and callbacks that change or destroy timers while these fire.
#include "net/timers.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace zenws::net::tests {
namespace {

using namespace std::chrono_literals;

struct Timers : ::testing::Test, TimerQueue::Owner {
  TimerQueue queue{*this};
  const TimePoint begin = Clock::now();
  TimePoint now = begin;
  std::string log;
  int changes = 0;

  void timers_changed() noexcept override { ++changes; }
  std::unique_ptr<Timer> make(std::string name, TimePoint deadline) {
    auto timer = std::make_unique<Timer>(queue, [this, name] { log += name; });
    timer->arm(deadline);
    return timer;
  }
  // As a loop does that is never late.
  void run_to(TimePoint end) {
    while (queue.next() <= end) {
      now = std::max(now, queue.next());
      queue.run_due(now);
    }
    now = end;
  }
};

TEST_F(Timers, fire_in_the_order_of_their_deadlines) {
  const auto c = make("c", begin + 12ms);
  const auto a = make("a", begin + 4ms);
  const auto b = make("b", begin + 8ms);
  run_to(begin + 20ms);
  EXPECT_EQ(log, "abc");
}

TEST_F(Timers, fire_once_per_arming) {
  const auto a = make("a", begin);
  run_to(begin + 5ms);
  EXPECT_EQ(a->deadline(), never);
  a->arm(begin);
  run_to(begin + 10ms);
  EXPECT_EQ(log, "aa");
}

TEST_F(Timers, that_are_moved_later_fire_later) {
  const auto a = make("a", begin + 2ms);
  const auto b = make("b", begin + 8ms);
  a->arm(begin + 14ms);
  EXPECT_EQ(a->deadline(), begin + 14ms);
  run_to(begin + 20ms);
  EXPECT_EQ(log, "ba");
}

TEST_F(Timers, that_are_moved_earlier_fire_earlier) {
  const auto a = make("a", begin + 1h);
  const auto b = make("b", begin + 8ms);
  a->arm(begin + 2ms);
  run_to(begin + 20ms);
  EXPECT_EQ(log, "ab");
}

TEST_F(Timers, that_are_disarmed_do_not_fire) {
  const auto a = make("a", begin + 2ms);
  a->disarm();
  EXPECT_EQ(a->deadline(), never);
  run_to(begin + 8ms);
  EXPECT_EQ(log, "");
}

TEST_F(Timers, that_are_disarmed_can_be_armed_again) {
  const auto a = make("a", begin + 2ms);
  a->disarm();
  run_to(begin + 5ms);
  a->arm(begin + 6ms);
  run_to(begin + 10ms);
  EXPECT_EQ(log, "a");
}

TEST_F(Timers, that_are_destroyed_do_not_fire) {
  auto a = make("a", begin + 2ms);
  a.reset();
  run_to(begin + 8ms);
  EXPECT_EQ(log, "");
}

TEST_F(Timers, may_destroy_themselves_when_they_fire) {
  std::unique_ptr<Timer> a;
  const std::string owned(100, 'x');  // on the heap, so that sanitizers see a callback that died too early
  a = std::make_unique<Timer>(queue, [&, owned] {
    a.reset();
    log += owned.substr(0, 1);
  });
  a->arm(begin);
  run_to(begin + 5ms);
  EXPECT_EQ(log, "x");
}

TEST_F(Timers, may_destroy_others_that_are_due_as_well) {
  auto b = make("b", begin + 1ms);
  Timer a{queue, [&] { b.reset(); }};
  a.arm(begin);
  queue.run_due(begin + 5ms);
  EXPECT_EQ(log, "");
}

TEST_F(Timers, may_rearm_themselves_when_they_fire) {
  int fired = 0;
  std::unique_ptr<Timer> a;
  a = std::make_unique<Timer>(queue, [&] {
    if (++fired < 5) a->arm(now + 1ms);
  });
  a->arm(begin);
  run_to(begin + 10ms);
  EXPECT_EQ(fired, 5);
}

TEST_F(Timers, that_rearm_into_the_past_do_not_starve_the_others) {
  int fired = 0;
  std::unique_ptr<Timer> greedy;
  greedy = std::make_unique<Timer>(queue, [&] {
    ++fired;
    greedy->arm(begin - 1h);
  });
  greedy->arm(begin - 1h);
  const auto other = make("o", begin + 3ms);
  for (int i = 1; i <= 4; ++i) queue.run_due(begin + i * 1ms);
  EXPECT_EQ(log, "o");
  EXPECT_EQ(fired, 4);
}

TEST_F(Timers, fire_in_order_when_moved_many_times) {
  std::vector<std::unique_ptr<Timer>> all;
  for (int i = 0; i < 10; ++i) all.push_back(make(std::to_string(i), begin + 1h));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) {
      const auto at = std::chrono::milliseconds{round == 2 ? i : (i * 7 + round * 3) % 10};
      all[static_cast<std::size_t>(i)]->arm(begin + 10ms + at);
    }
  }
  run_to(begin + 40ms);
  EXPECT_EQ(log, "0123456789");
}

TEST_F(Timers, fire_in_order_when_the_loop_was_late_and_all_are_due) {
  const auto a = make("a", begin);
  const auto b = make("b", begin + 1ms);
  a->arm(begin + 2ms);  // moved behind b
  queue.run_due(begin + 5ms);
  EXPECT_EQ(log, "ba");
}

TEST_F(Timers, tell_when_the_first_deadline_is_another_and_when_none_is_left) {
  auto a = make("a", begin + 2h);
  EXPECT_EQ(changes, 1);
  const auto later = make("b", begin + 3h);
  a->arm(begin + 150min);  // only a number is written
  EXPECT_EQ(changes, 1);
  const auto first = std::make_unique<Timer>(queue, [] {});
  first->arm(begin + 1h);
  EXPECT_EQ(changes, 2);
  EXPECT_EQ(queue.next(), begin + 1h);
}

TEST_F(Timers, that_are_gone_leave_nothing_to_wait_for) {
  make("a", begin + 1h).reset();
  EXPECT_EQ(changes, 2);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.next(), never);
}

TEST_F(Timers, do_not_fire_any_more_when_the_queue_was_stopped_but_may_still_be_used) {
  const auto a = make("a", begin);
  queue.stop();
  const auto b = make("b", begin);
  a->arm(begin + 1ms);
  run_to(begin + 5ms);
  EXPECT_EQ(log, "");
}

TEST_F(Timers, go_on_after_one_has_thrown) {
  Timer a{queue, [] { throw 1; }};
  a.arm(begin);
  const auto b = make("b", begin + 1ms);
  EXPECT_THROW(queue.run_due(begin + 2ms), int);
  queue.run_due(begin + 2ms);
  EXPECT_EQ(log, "b");
}

}  // namespace
}  // namespace zenws::net::tests
