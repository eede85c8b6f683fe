// Bins that grow with the time.
#include "recordings/time_bins.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;

constexpr RecordedTime first_bin{1'000'000s};

std::uint64_t sum_in(const TimeBins& bins) {
  return std::accumulate(bins.bins().begin(), bins.bins().end(), std::uint64_t{0},
                         [](std::uint64_t sum, const TimeBin& bin) { return sum + bin.in; });
}

TEST(TimeBins, begin_at_the_first_time_asked_for) {
  TimeBins bins{8, 1ms};
  ++bins.at(first_bin).in;
  ++bins.at(first_bin + 2500us).in;
  EXPECT_EQ(bins.begin_time(), first_bin);
  EXPECT_EQ(bins.width(), 1ms);
  ASSERT_EQ(bins.bins().size(), 3U);
  EXPECT_EQ(bins.bins()[0].in, 1U);
  EXPECT_EQ(bins.bins()[1].in, 0U);
  EXPECT_EQ(bins.bins()[2].in, 1U);
}

TEST(TimeBins, become_wider_instead_of_more_and_lose_nothing) {
  TimeBins bins{8, 1ms};
  for (int i = 0; i < 1000; ++i) ++bins.at(first_bin + i * 1ms).in;
  EXPECT_EQ(bins.width(), 128ms);
  EXPECT_LE(bins.bins().size(), 8U);
  EXPECT_EQ(sum_in(bins), 1000U);
  EXPECT_EQ(bins.bins()[0].in, 128U);
}

TEST(TimeBins, keep_the_slowest_and_the_sum_of_two_that_become_one) {
  TimeBins bins{2, 1ms};
  bins.at(first_bin) = {.in = 1, .out = 2, .bytes_in = 3, .answers = 1, .latency_sum = 10, .latency_max = 10};
  bins.at(first_bin + 1ms) = {.in = 1, .out = 2, .bytes_in = 3, .answers = 1, .latency_sum = 30, .latency_max = 30};
  (void)bins.at(first_bin + 2ms);
  EXPECT_EQ(bins.bins()[0],
            (TimeBin{.in = 2, .out = 4, .bytes_in = 6, .answers = 2, .latency_sum = 40, .latency_max = 30}));
}

TEST(TimeBins, survive_a_clock_that_is_set_by_years) {
  TimeBins bins;
  ++bins.at(first_bin).in;
  ++bins.at(first_bin - 24h).in;
  ++bins.at(first_bin + 24h * 365 * 60).in;
  EXPECT_LE(bins.bins().size(), 1024U);
  EXPECT_EQ(sum_in(bins), 3U);
  EXPECT_EQ(bins.bins()[0].in, 2U);
}

}  // namespace
}  // namespace zenws::program
