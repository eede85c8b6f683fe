// The bucket's arithmetic at its boundaries, and the pressure's.
#include "policy/token_bucket.hpp"

#include <atomic>
#include <limits>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;

constexpr auto most = std::numeric_limits<std::uint64_t>::max();

TEST(TokenBucketTake, takes_what_is_there_and_nothing_otherwise) {
  TokenBucket bucket{{10, 1, 1s}, t0};
  EXPECT_TRUE(bucket.take(7, t0));
  EXPECT_FALSE(bucket.take(4, t0));
  EXPECT_EQ(bucket.tokens(), 3U);
  EXPECT_TRUE(bucket.take(3, t0));
  EXPECT_TRUE(bucket.take(0, t0));
  EXPECT_FALSE(bucket.take(1, t0));
}

TEST(TokenBucketRefill, follows_the_grid_from_its_start_whenever_it_is_asked) {
  TokenBucket bucket{{100, 10, 1s}, t0};
  ASSERT_TRUE(bucket.take(100, t0 + 900ms));
  EXPECT_FALSE(bucket.take(1, t0 + 999'999'999ns));
  EXPECT_TRUE(bucket.take(10, t0 + 1s));
  EXPECT_FALSE(bucket.take(1, t0 + 1999ms));
  EXPECT_TRUE(bucket.take(10, t0 + 2s));
}

TEST(TokenBucketRefill, loses_nothing_to_many_questions) {
  TokenBucket seldom{{1'000'000, 3, 7ms}, t0};
  TokenBucket often{{1'000'000, 3, 7ms}, t0};
  ASSERT_TRUE(seldom.take(1'000'000, t0) && often.take(1'000'000, t0));
  for (auto time = t0; time <= t0 + 1s; time += 100us) often.refill(time);
  seldom.refill(t0 + 1s);
  EXPECT_EQ(often.tokens(), 1000 / 7 * 3U);
  EXPECT_EQ(seldom.tokens(), often.tokens());
}

TEST(TokenBucketRefill, stops_at_the_capacity) {
  TokenBucket bucket{{10, 4, 1s}, t0};
  ASSERT_TRUE(bucket.take(8, t0));
  bucket.refill(t0 + 1s);
  EXPECT_EQ(bucket.tokens(), 6U);
  bucket.refill(t0 + 2s);
  EXPECT_EQ(bucket.tokens(), 10U);
  bucket.refill(t0 + 3s);
  EXPECT_EQ(bucket.tokens(), 10U);
}

TEST(TokenBucketRefill, gives_nothing_when_time_goes_back) {
  TokenBucket bucket{{10, 1, 1s}, t0};
  ASSERT_TRUE(bucket.take(10, t0));
  bucket.refill(t0 + 5s);
  for (const auto now : {t0 + 3s, t0 - 1h, TimePoint::min(), t0 + 5s}) bucket.refill(now);
  EXPECT_EQ(bucket.tokens(), 5U);
  bucket.refill(t0 + 6s);
  EXPECT_EQ(bucket.tokens(), 6U);
}

TEST(TokenBucketRefill, overflows_nowhere) {
  TokenBucket bucket{{most, most - 1, 1ns}, TimePoint::min()};
  ASSERT_TRUE(bucket.take(most, TimePoint::min()));
  bucket.refill(TimePoint::min() + 1ns);
  EXPECT_EQ(bucket.tokens(), most - 1);
  bucket.refill(TimePoint::max());
  EXPECT_EQ(bucket.tokens(), most);

  TokenBucket slow{{most, 1, 1ns}, TimePoint::min()};
  ASSERT_TRUE(slow.take(most, TimePoint::min()));
  slow.refill(TimePoint::max());
  EXPECT_EQ(slow.tokens(), most);  // 2⁶⁴ − 1 intervals of one
}

TEST(TokenBucketAvailable, tells_the_grids_time) {
  TokenBucket bucket{{100, 10, 1s}, t0};
  ASSERT_TRUE(bucket.take(95, t0 + 500ms));
  EXPECT_EQ(bucket.time_to_available(5, t0 + 500ms), 0s);
  EXPECT_EQ(bucket.time_to_available(6, t0 + 500ms), 500ms);
  EXPECT_EQ(bucket.time_to_available(15, t0 + 500ms), 500ms);
  EXPECT_EQ(bucket.time_to_available(16, t0 + 500ms), 1500ms);
  EXPECT_EQ(bucket.time_to_available(100, t0 + 500ms), 9500ms);
  EXPECT_EQ(bucket.available_at(16), t0 + 2s);
  EXPECT_TRUE(bucket.take(16, t0 + 2s));
}

TEST(TokenBucketAvailable, is_never_for_more_than_the_capacity_or_beyond_all_time) {
  TokenBucket bucket{{10, 1, 1s}, t0};
  EXPECT_EQ(bucket.available_at(11), never);
  EXPECT_EQ(bucket.time_to_available(11, t0), Clock::duration::max());
  TokenBucket slow{{most, 1, 365 * 24h}, t0};
  ASSERT_TRUE(slow.take(most, t0));
  EXPECT_EQ(slow.available_at(1), t0 + 365 * 24h);
  EXPECT_EQ(slow.available_at(1000), never);
  EXPECT_EQ(slow.available_at(most), never);
  EXPECT_EQ(slow.time_to_available(200, TimePoint::min()), Clock::duration::max());
}

// A million takes on four threads that share a clock, so that `now` goes back all the time.
std::uint64_t take_on_four_threads(TokenBucket& bucket, std::atomic<std::int64_t>& clock) {
  std::mutex mutex;
  std::atomic<std::uint64_t> taken{0};
  std::vector<std::jthread> threads;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::minstd_rand random{seed};
      for (int i = 0; i < 250'000; ++i) {
        const TimePoint now = t0 + Clock::duration{clock.fetch_add(static_cast<std::int64_t>(random() % 20))};
        const std::uint64_t cost = random() % 4;
        const std::lock_guard lock{mutex};
        if (bucket.take(cost, now)) taken += cost;
      }
    });
  }
  threads.clear();
  return taken;
}

TEST(TokenBucketThreads, sum_up_exactly_after_a_million_interleaved_takes_and_refills) {
  std::atomic<std::int64_t> clock{0};
  TokenBucket bucket{{std::uint64_t{1} << 40U, 3, 70ns}, t0};
  ASSERT_TRUE(bucket.take(std::uint64_t{1} << 40U, t0));
  const std::uint64_t taken = take_on_four_threads(bucket, clock);
  bucket.refill(t0 + Clock::duration{clock.load()});
  EXPECT_GT(taken, 100'000U);
  EXPECT_EQ(taken + bucket.tokens(), static_cast<std::uint64_t>(clock.load()) / 70 * 3);
}

TEST(Pressure, rises_at_25_50_and_75_percent) {
  const std::pair<std::size_t, PressureLevel> sizes[] = {
      {0, PressureLevel::none},    {24, PressureLevel::none},   {25, PressureLevel::low},  {49, PressureLevel::low},
      {50, PressureLevel::medium}, {74, PressureLevel::medium}, {75, PressureLevel::high}, {100, PressureLevel::high}};
  for (const auto& [size, level] : sizes) EXPECT_EQ(pressure(size, 100), level) << size;
}

TEST(Pressure, is_exact_for_sizes_that_four_does_not_divide) {
  for (const std::size_t max : {1U, 2U, 3U, 5U, 6U, 7U, 99U, 101U, 102U, 103U}) {
    for (std::size_t size = 0; size <= max; ++size) {
      const auto expected = static_cast<PressureLevel>(std::min<std::size_t>(4 * size / max, 3));
      EXPECT_EQ(pressure(size, max), expected) << size << " of " << max;
    }
  }
}

TEST(Pressure, knows_no_queue_and_the_largest) {
  EXPECT_EQ(pressure(0, 0), PressureLevel::none);
  EXPECT_EQ(pressure(most / 4, most), PressureLevel::none);
  EXPECT_EQ(pressure(most / 4 + 1, most), PressureLevel::low);
  EXPECT_EQ(pressure(most, most), PressureLevel::high);
}

TEST(SuggestedDelay, is_0_1_2_4_refill_intervals) {
  EXPECT_EQ(suggested_delay(PressureLevel::none, 250ms), 0ms);
  EXPECT_EQ(suggested_delay(PressureLevel::low, 250ms), 250ms);
  EXPECT_EQ(suggested_delay(PressureLevel::medium, 250ms), 500ms);
  EXPECT_EQ(suggested_delay(PressureLevel::high, 250ms), 1000ms);
}

}  // namespace
}  // namespace zenws::policy
