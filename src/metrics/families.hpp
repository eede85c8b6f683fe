// Numbers as prometheus-cpp's structures: a family is what shares a name, a series what has its own labels.
#pragma once

#include <prometheus/metric_family.h>
#include <string>
#include <vector>

#include "client/metrics.hpp"

namespace zenws::metrics {

using Labels = std::vector<prometheus::ClientMetric::Label>;

// Adds a series. Requires: the family is one of counters or gauges.
void add_series(prometheus::MetricFamily& family, Labels labels, double value);

// Request durations as numbers that can be added up: what each bucket has counted, and the sum in microseconds.
[[nodiscard]] std::vector<double> numbers_of(const client::Metrics& client);
// The family of request durations, without series.
[[nodiscard]] prometheus::MetricFamily request_durations();
// Requires: `numbers` are of numbers_of(), added up or not.
void add_durations(prometheus::MetricFamily& family, Labels labels, const std::vector<double>& numbers);

}  // namespace zenws::metrics
