// Asks who there is, reads what they publish, and shows it client by client or together.
#include <algorithm>
#include <iterator>
#include <mutex>
#include <prometheus/metric_family.h>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include <zenws/metrics/collector.hpp>

#include "base/contain.hpp"
#include "base/logger.hpp"
#include "client/metrics.hpp"
#include "metrics/columns.hpp"
#include "metrics/counter_sums.hpp"
#include "metrics/families.hpp"
#include "metrics/limiters.hpp"

namespace zenws::metrics {

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

struct Reading {
  ClientRef client;
  client::Metrics metrics;
};
using Readings = std::vector<Reading>;

bool is_counter(const Column& column) { return column.type == MetricType::Counter; }

// What CounterSums adds up: the counters among the columns, then the request durations.
std::vector<double> counts_of(const client::Metrics& metrics) {
  std::vector<double> counts;
  for (const Column& column : columns()) {
    if (is_counter(column)) counts.push_back(column.read(metrics).value_or(0));
  }
  std::ranges::copy(numbers_of(metrics), std::back_inserter(counts));
  return counts;
}

// The column's family: the last one, or a new one.
MetricFamily& family_of(std::vector<MetricFamily>& families, const Column& column) {
  if (families.empty() || families.back().name != column.name) {
    families.push_back({column.name, column.help, column.type, {}});
  }
  return families.back();
}

Labels labels_of(const Column& column) {
  return column.label != nullptr ? Labels{{column.label, column.label_value}} : Labels{};
}

// A name tells series apart no more than the id does, but is what people look for. Labels are in the info only.
Labels labels_of(const Reading& reading, Labels more = {}) {
  for (const auto& [name, value] : reading.metrics.subject.called()) {
    if (name == "name") more.insert(more.begin(), {name, value});
  }
  more.insert(more.begin(), {"client", std::to_string(reading.client.id())});
  return more;
}

// Of clients that are called something.
MetricFamily infos(const Readings& readings) {
  MetricFamily family{"zenws_client_info", "1; name and labels that a client was given", MetricType::Gauge, {}};
  for (const Reading& reading : readings) {
    if (reading.metrics.subject.called().empty()) continue;
    Labels labels{{"client", std::to_string(reading.client.id())}};
    for (const auto& [name, value] : reading.metrics.subject.called()) labels.push_back({name, value});
    add_series(family, std::move(labels), 1);
  }
  return family;
}

std::vector<MetricFamily> each_client(const Readings& readings) {
  std::vector<MetricFamily> families;
  for (const Column& column : columns()) {
    MetricFamily& family = family_of(families, column);
    for (const Reading& reading : readings) {
      const auto value = column.read(reading.metrics);
      if (value) add_series(family, labels_of(reading, labels_of(column)), *value);
    }
  }
  MetricFamily& durations = families.emplace_back(request_durations());
  for (const Reading& reading : readings) add_durations(durations, labels_of(reading), numbers_of(reading.metrics));
  families.push_back(infos(readings));
  return families;
}

// Nullopt: no client knows it.
std::optional<double> together(const Column& column, const Readings& readings) {
  double sum = 0;
  double largest = 0;
  double known = 0;
  for (const Reading& reading : readings) {
    const auto value = column.read(reading.metrics);
    if (!value) continue;
    sum += *value;
    largest = std::max(largest, *value);
    ++known;
  }
  if (column.together == Together::sum) return sum;
  if (known == 0) return std::nullopt;
  return column.together == Together::largest ? largest : sum / known;
}

std::vector<MetricFamily> all_clients(const Readings& readings, const std::vector<double>& totals) {
  std::vector<MetricFamily> families;
  auto total = totals.begin();
  for (const Column& column : columns()) {
    MetricFamily& family = family_of(families, column);
    const auto value = is_counter(column) ? std::optional{*total++} : together(column, readings);
    if (value) add_series(family, labels_of(column), *value);
  }
  add_durations(families.emplace_back(request_durations()), {}, {total, totals.end()});
  return families;
}

Limiters limiters_of(const Readings& readings) {
  Limiters limiters;
  for (const Reading& reading : readings) {
    if (const auto& limiter = reading.metrics.limiter) limiters.try_emplace(limiter->id(), limiter);
  }
  return limiters;
}

}  // namespace

class ClientCollector::State {
 public:
  State(ClientDiscovery discovery, CollectorOptions options) : discovery_{std::move(discovery)}, options_{options} {}

  [[nodiscard]] std::vector<MetricFamily> collect();

 private:
  [[nodiscard]] Readings read() const;
  [[nodiscard]] std::vector<double> add_up(const Readings& readings);

  const ClientDiscovery discovery_;
  const CollectorOptions options_;
  std::mutex mutex_;
  CounterSums sums_{counts_of({}).size()};
};

std::vector<MetricFamily> ClientCollector::State::collect() {
  const Readings readings = read();
  auto families = options_.per_client ? each_client(readings) : all_clients(readings, add_up(readings));
  std::ranges::move(limiter_families(limiters_of(readings), options_.per_client), std::back_inserter(families));
  std::erase_if(families, [](const MetricFamily& family) { return family.metric.empty(); });
  return families;
}

// A client that is named twice is read once: Prometheus takes no series twice.
Readings ClientCollector::State::read() const {
  auto clients = contained(discovery_);
  if (!clients) {
    write_log(LogLevel::warning, fmt::format("Client discovery error: {}", clients.error().what));
    return {};
  }
  Readings readings;
  std::unordered_set<std::uint64_t> seen;
  for (ClientRef& client : *clients) {
    if (!seen.insert(client.id()).second) continue;
    if (auto metrics = client::metrics_of(client)) readings.push_back({std::move(client), *std::move(metrics)});
  }
  return readings;
}

std::vector<double> ClientCollector::State::add_up(const Readings& readings) {
  const std::lock_guard lock{mutex_};
  for (const auto& [client, metrics] : readings) sums_.add(client, counts_of(metrics));
  sums_.forget_the_gone();
  return sums_.totals();
}

ClientCollector::ClientCollector(ClientDiscovery discovery, CollectorOptions options)
    : state_{std::make_unique<State>(std::move(discovery), options)} {}

ClientCollector::~ClientCollector() = default;

std::vector<MetricFamily> ClientCollector::Collect() const { return state_->collect(); }

}  // namespace zenws::metrics
