// Deadlines: their order, how they move, and callbacks that change or destroy timers while these fire.
#include "net/timers.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::net::tests {
namespace {

struct Timers : ::testing::Test {
  TestLoop on;
  TimerQueue& queue = on.loop->timers();
  TimePoint now = Clock::now();
  std::string log;

  std::unique_ptr<Timer> make(std::string name, TimePoint deadline) {
    auto timer = std::make_unique<Timer>(queue, [this, name] { log += name; });
    timer->arm(deadline);
    return timer;
  }
  // Runs until a timer behind all others has fired.
  void run_to(TimePoint end) {
    bool ended = false;
    Timer last{queue, [&] { ended = true; }};
    last.arm(end);
    EXPECT_TRUE(on.run_until([&] { return ended; }));
  }
};

TEST_F(Timers, fire_in_the_order_of_their_deadlines) {
  const auto c = make("c", now + 12ms);
  const auto a = make("a", now + 4ms);
  const auto b = make("b", now + 8ms);
  run_to(now + 20ms);
  EXPECT_EQ(log, "abc");
}

TEST_F(Timers, fire_once_per_arming) {
  const auto a = make("a", now);
  run_to(now + 5ms);
  EXPECT_EQ(a->deadline(), never);
  a->arm(now);
  run_to(now + 10ms);
  EXPECT_EQ(log, "aa");
}

TEST_F(Timers, that_are_moved_later_fire_later) {
  const auto a = make("a", now + 2ms);
  const auto b = make("b", now + 8ms);
  a->arm(now + 14ms);
  EXPECT_EQ(a->deadline(), now + 14ms);
  run_to(now + 20ms);
  EXPECT_EQ(log, "ba");
}

TEST_F(Timers, that_are_moved_earlier_fire_earlier) {
  const auto a = make("a", now + 1h);
  const auto b = make("b", now + 8ms);
  a->arm(now + 2ms);
  run_to(now + 20ms);
  EXPECT_EQ(log, "ab");
}

TEST_F(Timers, that_are_disarmed_do_not_fire) {
  const auto a = make("a", now + 2ms);
  a->disarm();
  EXPECT_EQ(a->deadline(), never);
  run_to(now + 8ms);
  EXPECT_EQ(log, "");
}

TEST_F(Timers, that_are_disarmed_can_be_armed_again) {
  const auto a = make("a", now + 2ms);
  a->disarm();
  run_to(now + 5ms);
  a->arm(now + 6ms);
  run_to(now + 10ms);
  EXPECT_EQ(log, "a");
}

TEST_F(Timers, that_are_destroyed_do_not_fire) {
  auto a = make("a", now + 2ms);
  a.reset();
  run_to(now + 8ms);
  EXPECT_EQ(log, "");
}

TEST_F(Timers, may_destroy_themselves_when_they_fire) {
  std::unique_ptr<Timer> a;
  const std::string owned(100, 'x');  // on the heap, so that sanitizers see a callback that died too early
  a = std::make_unique<Timer>(queue, [&, owned] {
    a.reset();
    log += owned.substr(0, 1);
  });
  a->arm(now);
  run_to(now + 5ms);
  EXPECT_EQ(log, "x");
}

TEST_F(Timers, may_destroy_others_that_are_due_as_well) {
  auto b = make("b", now + 1ms);
  Timer a{queue, [&] { b.reset(); }};
  a.arm(now);
  while (Clock::now() < now + 2ms) {
  }
  run_to(now + 5ms);
  EXPECT_EQ(log, "");
}

TEST_F(Timers, may_rearm_themselves_when_they_fire) {
  int fired = 0;
  std::unique_ptr<Timer> a;
  a = std::make_unique<Timer>(queue, [&] {
    if (++fired < 5) a->arm(Clock::now() + 1ms);
  });
  a->arm(now);
  EXPECT_TRUE(on.run_until([&] { return fired == 5; }));
}

TEST_F(Timers, that_rearm_into_the_past_do_not_starve_the_others) {
  int fired = 0;
  std::unique_ptr<Timer> greedy;
  greedy = std::make_unique<Timer>(queue, [&] {
    ++fired;
    greedy->arm(now - 1h);
  });
  greedy->arm(now - 1h);
  const auto other = make("o", now + 3ms);
  EXPECT_TRUE(on.run_until([&] { return log == "o"; }));
  EXPECT_GT(fired, 0);
}

TEST_F(Timers, fire_in_order_when_moved_many_times) {
  std::vector<std::unique_ptr<Timer>> all;
  for (int i = 0; i < 10; ++i) all.push_back(make(std::to_string(i), now + 1h));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) {
      const auto at = std::chrono::milliseconds{round == 2 ? i : (i * 7 + round * 3) % 10};
      all[static_cast<std::size_t>(i)]->arm(now + 10ms + at);
    }
  }
  run_to(now + 40ms);
  EXPECT_EQ(log, "0123456789");
}

TEST_F(Timers, fire_in_order_when_the_loop_was_late_and_all_are_due) {
  const auto a = make("a", now);
  const auto b = make("b", now + 1ms);
  a->arm(now + 2ms);  // moved behind b
  while (Clock::now() < now + 3ms) {
  }
  run_to(now + 5ms);
  EXPECT_EQ(log, "ba");
}

TEST_F(Timers, that_are_gone_leave_the_io_context_without_work) {
  make("a", now + 1h).reset();
  on.io.restart();
  on.io.run_for(patience);
  EXPECT_TRUE(on.io.stopped());
}

TEST_F(Timers, do_not_fire_any_more_when_the_queue_was_stopped_but_may_still_be_used) {
  const auto a = make("a", now);
  queue.stop();
  const auto b = make("b", now);
  a->arm(now + 1ms);
  on.io.restart();
  on.io.run_for(5ms);
  EXPECT_EQ(log, "");
}

TEST(TimerQueue, may_be_destroyed_by_a_callback) {
  boost::asio::io_context io;
  auto queue = std::make_unique<TimerQueue>(io);
  bool fired = false;
  std::unique_ptr<Timer> a;
  a = std::make_unique<Timer>(*queue, [&] {
    fired = true;
    a.reset();
    queue.reset();
  });
  a->arm(Clock::now());
  io.run_for(patience);
  EXPECT_TRUE(fired);
}

TEST(TimerQueue, destroyed_while_its_alarm_is_set_leaves_nothing_on_the_io_context) {
  boost::asio::io_context io;
  {
    TimerQueue queue{io};
    Timer a{queue, [] { FAIL() << "fired"; }};
    a.arm(Clock::now());
  }
  io.run_for(patience);
}

}  // namespace
}  // namespace zenws::net::tests
