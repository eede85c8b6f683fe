// The published numbers as the user sees them (contract §9).
#include "client/state_metrics.hpp"

#include <gtest/gtest.h>

namespace zenws::client {
namespace {

using namespace std::chrono_literals;

TEST(LatencyStats, are_empty_without_samples) {
  const LatencyStats stats = stats_of(policy::Latency{10});
  EXPECT_EQ(stats.count, 0U);
  EXPECT_FALSE(stats.p50 || stats.p99 || stats.last || stats.p50_us || stats.p99_us || stats.last_us);
}

TEST(LatencyStats, are_in_milliseconds_and_in_microseconds) {
  policy::Latency latency{100};
  for (int i = 1; i <= 100; ++i) latency.add(i * 1000us);
  const LatencyStats stats = stats_of(latency);
  EXPECT_EQ(stats.p50, 51);
  EXPECT_EQ(stats.p99, 99);
  EXPECT_EQ(stats.last, 100);
  EXPECT_EQ(stats.count, 100U);
  EXPECT_EQ(stats.p50_us, 51'000);
  EXPECT_EQ(stats.p99_us, 99'000);
  EXPECT_EQ(stats.last_us, 100'000);
}

TEST(HeartbeatHealth, knows_nothing_before_the_first_answer) {
  const Counters counters;
  const HeartbeatHealth health = heartbeat_health_of(counters, {.heartbeat = Heartbeat::ping_pong()});
  EXPECT_EQ(health.type, HeartbeatType::ping_pong);
  EXPECT_EQ(health.interval, 30s);
  EXPECT_FALSE(health.timer_active || health.last_heartbeat_at || health.last_rtt);
  EXPECT_EQ(heartbeat_health_of(counters, {}).interval, 0s);
  EXPECT_EQ(heartbeat_health_of(counters, {.heartbeat = Heartbeat::binance()}).interval, 180s);
}

TEST(StateMetrics, estimate_memory_that_grows_with_what_is_held) {
  Counters counters;
  const Options options;
  const std::uint64_t empty = state_metrics_of(counters, options).state_memory;
  EXPECT_GT(empty, 0U);
  counters.mailbox_bytes.add(1000);
  counters.link.send_queue_bytes.add(500);
  EXPECT_EQ(state_metrics_of(counters, options).state_memory, empty + 1500);
  counters.subscriptions.add(10);
  EXPECT_GT(state_metrics_of(counters, options).state_memory, empty + 1500);
}

}  // namespace
}  // namespace zenws::client
