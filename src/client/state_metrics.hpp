// A client's published numbers as the user sees them.
#pragma once

#include <zenws/client.hpp>

#include "client/counters.hpp"
#include "policy/health.hpp"
#include "policy/latency.hpp"
#include "record/recording.hpp"

namespace zenws::client {

// Threads: any.
// `recording` may be null.
[[nodiscard]] StateMetrics state_metrics_of(const Counters& counters, const Options& options,
                                            const record::Recording* recording = nullptr) noexcept;
[[nodiscard]] policy::Health health_of(const Counters& counters, const policy::Latency& latency);
[[nodiscard]] LatencyStats stats_of(const policy::Latency& latency);
[[nodiscard]] HeartbeatHealth heartbeat_health_of(const Counters& counters, const Options& options) noexcept;

}  // namespace zenws::client
