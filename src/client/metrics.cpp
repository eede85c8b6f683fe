#include "client/metrics.hpp"

#include <zenws/access.hpp>

#include "client/engine.hpp"
#include "client/state_metrics.hpp"

namespace zenws::client {

std::optional<Metrics> metrics_of(const ClientRef& client) {
  const std::shared_ptr<const Engine> engine = Access::engine(client);
  if (!engine) return std::nullopt;
  const Counters& counters = engine->counters();
  return Metrics{.state = state_metrics_of(counters, engine->options(), engine->recording()),
                 .heartbeat = heartbeat_health_of(counters, engine->options()),
                 .health = health_of(counters, engine->latency()),
                 .request_durations = counters.request_durations.read(),
                 .limiter = engine->options().rate_limiter,
                 .subject = engine->subject()};
}

std::optional<policy::Health> health_of(const ClientRef& client) {
  const std::shared_ptr<const Engine> engine = Access::engine(client);
  if (!engine) return std::nullopt;
  return health_of(engine->counters(), engine->latency());
}

telemetry::Subject subject_of(const ClientRef& client) {
  const std::shared_ptr<const Engine> engine = Access::engine(client);
  return engine ? engine->subject() : telemetry::Subject{client.id(), {}, {}};
}

bool is_gone(const ClientRef& client) noexcept { return Access::engine(client) == nullptr; }

}  // namespace zenws::client
