// One at a time, whoever else wants in, and nobody waits for ever.
#include "base/short_lock.hpp"

#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace zenws {
namespace {

TEST(ShortLock, lets_one_in_at_a_time) {
  constexpr int rounds = 20'000;
  ShortLock lock;
  long count = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < rounds; ++round) {
          const std::lock_guard guard{lock};
          ++count;
        }
      });
    }
  }
  EXPECT_EQ(count, 4L * rounds);
}

TEST(ShortLock, is_refused_while_it_is_held) {
  ShortLock lock;
  ASSERT_TRUE(lock.try_lock());
  EXPECT_FALSE(lock.try_lock());
  lock.unlock();
  EXPECT_TRUE(lock.try_lock());
}

TEST(ShortLock, is_waited_for_by_looking_again_however_long_it_is_held) {
  using namespace std::chrono_literals;
  ShortLock lock;
  lock.lock();
  bool in = false;
  std::jthread waits{[&] {
    const std::lock_guard guard{lock};
    in = true;
  }};
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(in);  // not written before unlock(): reading it is no race
  lock.unlock();
  waits.join();
  EXPECT_TRUE(in);
}

}  // namespace
}  // namespace zenws
