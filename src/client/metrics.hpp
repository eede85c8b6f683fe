// All that a client publishes, read at one moment without a handle to it: what a scraper needs.
#pragma once

#include <memory>
#include <optional>

#include <zenws/client.hpp>
#include <zenws/rate_limiter.hpp>

#include "policy/health.hpp"
#include "policy/histogram.hpp"
#include "telemetry/subject.hpp"

namespace zenws::client {

struct Metrics {
  StateMetrics state;
  HeartbeatHealth heartbeat;
  policy::Health health;
  policy::Histogram::Reading request_durations;
  std::shared_ptr<const RateLimiter> limiter;  // null: it has none
  telemetry::Subject subject;
};

// nullopt: the client's last handle is gone. Threads: any. Keeps nothing open: no handle is held meanwhile, so that the
// user's last one is the last one.
[[nodiscard]] std::optional<Metrics> metrics_of(const ClientRef& client);
// Of that, what its health is told by: cheap, for every message that a pool sends.
[[nodiscard]] std::optional<policy::Health> health_of(const ClientRef& client);
// Whom its events are about; without name and labels once its last handle is gone.
[[nodiscard]] telemetry::Subject subject_of(const ClientRef& client);
// The same without reading.
[[nodiscard]] bool is_gone(const ClientRef& client) noexcept;

}  // namespace zenws::client
