#include "client/published.hpp"

#include <zenws/asio.hpp>

#include "client/engine.hpp"
#include "client/monitoring.hpp"

namespace zenws::client {

std::optional<Published> published(const ClientRef& client) {
  const std::shared_ptr<const Engine> engine = Access::engine(client);
  if (!engine) return std::nullopt;
  const Numbers& numbers = engine->numbers();
  return Published{.state = metrics_of(numbers, engine->options(), engine->recording()),
                   .heartbeat = health_of(numbers, engine->options()),
                   .vitals = vitals_of(numbers, engine->latency()),
                   .request_durations = numbers.request_durations.read(),
                   .limiter = engine->options().rate_limiter,
                   .subject = engine->subject()};
}

std::optional<policy::Vitals> vitals(const ClientRef& client) {
  const std::shared_ptr<const Engine> engine = Access::engine(client);
  if (!engine) return std::nullopt;
  return vitals_of(engine->numbers(), engine->latency());
}

telemetry::Subject subject_of(const ClientRef& client) {
  const std::shared_ptr<const Engine> engine = Access::engine(client);
  return engine ? engine->subject() : telemetry::Subject{client.id(), {}, {}};
}

bool is_gone(const ClientRef& client) noexcept { return Access::engine(client) == nullptr; }

}  // namespace zenws::client
