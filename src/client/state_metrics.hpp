// A client's published numbers as the user sees them.
#pragma once

#include <zenws/client.hpp>

#include "client/numbers.hpp"
#include "policy/health.hpp"
#include "policy/latency.hpp"
#include "record/recording.hpp"

namespace zenws::client {

// Threads: any.
// `recording` may be null.
[[nodiscard]] StateMetrics metrics_of(const Numbers& numbers, const Options& options,
                                      const record::Recording* recording = nullptr) noexcept;
[[nodiscard]] policy::Vitals vitals_of(const Numbers& numbers, const policy::Latency& latency);
[[nodiscard]] LatencyStats stats_of(const policy::Latency& latency);
[[nodiscard]] HeartbeatHealth health_of(const Numbers& numbers, const Options& options) noexcept;

}  // namespace zenws::client
