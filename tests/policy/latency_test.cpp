// The contract's numbers for percentiles (§9), and a window that many may read.
#include "policy/latency.hpp"

#include <algorithm>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

std::vector<microseconds> up_to(int last, int step = 1) {
  std::vector<microseconds> samples;
  for (int i = step; i <= last; i += step) samples.emplace_back(i);
  return samples;
}

TEST(Percentile, is_the_nearest_rank_half_away_from_zero) {
  EXPECT_EQ(percentile({}, 50), std::nullopt);
  EXPECT_EQ(percentile(up_to(1), 50), microseconds{1});
  EXPECT_EQ(percentile(up_to(1), 99), microseconds{1});
  EXPECT_EQ(percentile(up_to(30, 10), 50), microseconds{20});
  EXPECT_EQ(percentile(up_to(40, 10), 50), microseconds{30});
  EXPECT_EQ(percentile(up_to(100), 50), microseconds{51});
  EXPECT_EQ(percentile(up_to(100), 99), microseconds{99});
  EXPECT_EQ(percentile(up_to(100), 0), microseconds{1});
  EXPECT_EQ(percentile(up_to(100), 100), microseconds{100});
}

TEST(Latency, keeps_the_last_of_its_window_in_order) {
  Latency latency{3};
  EXPECT_TRUE(latency.samples().empty());
  for (int i = 1; i <= 5; ++i) latency.add(microseconds{i});
  EXPECT_EQ(latency.samples(), (std::vector<microseconds>{microseconds{3}, microseconds{4}, microseconds{5}}));
}

TEST(Latency, is_read_while_it_is_written) {
  Latency latency{64};
  std::jthread writer{[&](const std::stop_token& stop) {
    for (int i = 1; !stop.stop_requested(); ++i) latency.add(microseconds{i});
  }};
  for (int i = 0; i < 1000; ++i) {
    for (const microseconds sample : latency.samples()) ASSERT_GT(sample.count(), 0);
  }
}

TEST(Latency, tells_its_p99_anew_after_each_sample) {
  Latency latency{100};
  EXPECT_EQ(latency.p99(), std::nullopt);
  latency.add(10'400us);
  EXPECT_EQ(latency.p99(), 10ms);
  EXPECT_EQ(latency.p99(), 10ms);
  latency.add(20ms);
  EXPECT_EQ(latency.p99(), 20ms);
  for (int i = 0; i < 100; ++i) latency.add(1ms);
  EXPECT_EQ(latency.p99(), 1ms);
  latency.add(0us);
  latency.add(std::chrono::hours{24 * 365});
  latency.add(std::chrono::hours{24 * 365});
  EXPECT_EQ(latency.p99(), std::chrono::milliseconds{std::numeric_limits<std::int32_t>::max()}) << "bounded";
}

}  // namespace
}  // namespace zenws::policy
