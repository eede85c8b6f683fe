// Prometheus's buckets are cumulative, ours are not.
#include "metrics/families.hpp"

#include <gtest/gtest.h>

#include "policy/histogram.hpp"

namespace zenws::metrics {
namespace {

using namespace std::chrono_literals;

client::Metrics with_durations(std::initializer_list<std::chrono::microseconds> durations) {
  policy::Histogram histogram;
  for (const auto duration : durations) histogram.add(duration);
  client::Metrics client{};
  client.request_durations = histogram.read();
  return client;
}

TEST(Durations, are_cumulative_and_in_seconds) {
  prometheus::MetricFamily family = request_durations();
  add_durations(family, {}, numbers_of(with_durations({50us, 1ms, 1ms, 2s, 1h})));
  const auto& histogram = family.metric.at(0).histogram;
  EXPECT_EQ(histogram.sample_count, 5U);
  EXPECT_DOUBLE_EQ(histogram.sample_sum, 3602.00205);
  const auto up_to = [&](double bound) {
    for (const auto& bucket : histogram.bucket) {
      if (bucket.upper_bound == bound) return static_cast<int>(bucket.cumulative_count);
    }
    return -1;
  };
  EXPECT_EQ(up_to(0.0001), 1);
  EXPECT_EQ(up_to(0.0005), 1);
  EXPECT_EQ(up_to(0.001), 3);
  EXPECT_EQ(up_to(1), 3);
  EXPECT_EQ(up_to(2.5), 4);
  EXPECT_EQ(up_to(30), 4) << "an hour is in no bucket but the last, which has no bound";
}

TEST(Durations, of_several_clients_can_be_added_up) {
  auto numbers = numbers_of(with_durations({1ms}));
  const auto more = numbers_of(with_durations({1ms, 2ms}));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] += more[i];
  prometheus::MetricFamily family = request_durations();
  add_durations(family, {}, numbers);
  EXPECT_EQ(family.metric.at(0).histogram.sample_count, 3U);
  EXPECT_DOUBLE_EQ(family.metric.at(0).histogram.sample_sum, 0.004);
}

TEST(Series, have_their_value_where_their_type_has_it) {
  prometheus::MetricFamily counters{"c", "", prometheus::MetricType::Counter, {}};
  add_series(counters, {}, 7);
  EXPECT_EQ(counters.metric.at(0).counter.value, 7);
  prometheus::MetricFamily gauges{"g", "", prometheus::MetricType::Gauge, {}};
  add_series(gauges, {{"a", "b"}}, 8);
  EXPECT_EQ(gauges.metric.at(0).gauge.value, 8);
  EXPECT_EQ(gauges.metric.at(0).label.at(0).value, "b");
}

}  // namespace
}  // namespace zenws::metrics
