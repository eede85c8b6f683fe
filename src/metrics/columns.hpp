// Which numbers of a client are shown, and under which name.
#pragma once

#include <cstdint>
#include <optional>
#include <prometheus/metric_type.h>
#include <span>

#include "client/metrics.hpp"

namespace zenws::metrics {

// What becomes of the clients' numbers when they are shown together. Counters are always added up.
enum class Together : std::uint8_t { sum, largest, mean };

// One number. Columns of the same name stand together and are told apart by a label.
struct Column {
  const char* name;
  const char* help;
  prometheus::MetricType type;                            // Counter or Gauge
  std::optional<double> (*read)(const client::Metrics&);  // nullopt: not known yet
  Together together = Together::sum;
  const char* label = nullptr;
  const char* label_value = nullptr;
};

[[nodiscard]] std::span<const Column> columns() noexcept;

}  // namespace zenws::metrics
