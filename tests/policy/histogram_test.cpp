// Durations by buckets, each duration in exactly one, and counts that many may read.
#include "policy/histogram.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;

std::uint64_t total(const Histogram::Reading& reading) {
  return std::accumulate(reading.counts.begin(), reading.counts.end(), std::uint64_t{0});
}

TEST(Histogram, begins_empty) { EXPECT_EQ(Histogram{}.read(), Histogram::Reading{}); }

TEST(Histogram, has_bounds_that_grow) {
  EXPECT_TRUE(std::ranges::is_sorted(Histogram::bounds, std::less_equal<>{}));
  EXPECT_GT(Histogram::bounds.front(), 0us);
}

TEST(Histogram, counts_a_duration_in_the_first_bucket_that_holds_it) {
  for (std::size_t i = 0; i < Histogram::bounds.size(); ++i) {
    Histogram histogram;
    histogram.add(Histogram::bounds[i]);  // a bound belongs to its own bucket, as Prometheus's le says
    EXPECT_EQ(histogram.read().counts[i], 1U);
    histogram.add(Histogram::bounds[i] + 1us);
    EXPECT_EQ(histogram.read().counts[i], 1U);
    EXPECT_EQ(histogram.read().counts[i + 1], 1U);
    EXPECT_EQ(total(histogram.read()), 2U);
  }
}

TEST(Histogram, counts_what_took_no_time_and_what_took_an_hour) {
  Histogram histogram;
  histogram.add(0us);
  histogram.add(1h);
  EXPECT_EQ(histogram.read().counts.front(), 1U);
  EXPECT_EQ(histogram.read().counts.back(), 1U);
}

TEST(Histogram, adds_the_durations_up) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(i * 1ms);
  EXPECT_EQ(histogram.read().sum, 5050ms);
  EXPECT_EQ(total(histogram.read()), 100U);
}

TEST(Histogram, is_read_while_it_is_written) {
  Histogram histogram;
  std::jthread writer{[&](const std::stop_token& stop) {
    for (int i = 1; !stop.stop_requested(); ++i) histogram.add(std::chrono::microseconds{i % 1'000'000});
  }};
  std::uint64_t before = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t now = total(histogram.read());
    ASSERT_GE(now, before);
    before = now;
  }
}

}  // namespace
}  // namespace zenws::policy
