// Waiting for what others do, also in a world that only goes on while somebody waits.
#include "base/latch.hpp"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "support/still_world.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;

TEST(Latch, opens_with_the_last_copy_of_its_key) {
  const Latch latch;
  Latch::Key key = latch.key();
  Latch::Key copy = key;
  key.reset();
  EXPECT_FALSE(latch.wait_until(TimePoint::min()));
  copy.reset();
  EXPECT_TRUE(latch.wait_until(TimePoint::min()));
}

TEST(Latch, is_waited_for_by_another_thread) {
  const Latch latch;
  std::jthread opens{[key = latch.key()]() mutable { key.reset(); }};
  EXPECT_TRUE(latch.wait_until(never));
}

TEST(Latch, may_be_gone_before_its_key) {
  Latch::Key key;
  {
    const Latch latch;
    key = latch.key();
    EXPECT_FALSE(latch.wait_until(Clock::now() + 1ms));
  }
  key.reset();
}

TEST(Latch, lets_a_simulated_world_go_on_until_it_is_open) {
  test::StillWorld world;
  const InWorld inside{world};
  const Latch latch;
  Latch::Key key = latch.key();
  const TimePoint begin = world.time;
  world.step = [&] {
    if (world.time == begin + 5ms) key.reset();
  };
  EXPECT_TRUE(latch.wait_until(begin + 1h));
  EXPECT_EQ(world.time, begin + 5ms);
}

TEST(Latch, that_stays_shut_lasts_until_the_worlds_time_has_come) {
  test::StillWorld world;
  const InWorld inside{world};
  const Latch latch;
  const Latch::Key key = latch.key();
  EXPECT_FALSE(latch.wait_until(world.time + 3ms));
}

}  // namespace
}  // namespace zenws
