#include "metrics/families.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace zenws::metrics {

namespace {

using prometheus::MetricType;

double seconds(std::chrono::microseconds duration) { return std::chrono::duration<double>{duration}.count(); }

}  // namespace

void add_series(prometheus::MetricFamily& family, Labels labels, double value) {
  prometheus::ClientMetric series;
  series.label = std::move(labels);
  (family.type == MetricType::Counter ? series.counter.value : series.gauge.value) = value;
  family.metric.push_back(std::move(series));
}

std::vector<double> numbers_of(const client::Metrics& client) {
  const auto& [counts, sum] = client.request_durations;
  std::vector<double> numbers{counts.begin(), counts.end()};
  numbers.push_back(static_cast<double>(sum.count()));
  return numbers;
}

prometheus::MetricFamily request_durations() {
  return {.name = "zenws_request_duration_seconds",
          .help = "Round trips of requests that were answered; heartbeats are not among them.",
          .type = MetricType::Histogram,
          .metric = {}};
}

// Prometheus's buckets hold what the smaller ones hold, too.
void add_durations(prometheus::MetricFamily& family, Labels labels, const std::vector<double>& numbers) {
  constexpr auto& bounds = policy::Histogram::bounds;
  prometheus::ClientMetric series;
  series.label = std::move(labels);
  double so_far = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    so_far += numbers[i];
    series.histogram.bucket.push_back(
        {.cumulative_count = static_cast<std::uint64_t>(so_far), .upper_bound = seconds(bounds[i])});
  }
  series.histogram.sample_count = static_cast<std::uint64_t>(so_far + numbers[bounds.size()]);
  series.histogram.sample_sum = numbers.back() / 1e6;
  family.metric.push_back(std::move(series));
}

}  // namespace zenws::metrics
