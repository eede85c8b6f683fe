#include "metrics/limiters.hpp"

#include <array>
#include <cstddef>
#include <string>

#include "metrics/families.hpp"

namespace zenws::metrics {

namespace {

using prometheus::MetricType;

constexpr std::array levels{PressureLevel::none, PressureLevel::low, PressureLevel::medium, PressureLevel::high};

// Of one limiter, or of several together.
struct Standing {
  double tokens = 0;
  double queue = 0;
  std::array<double, levels.size()> at_level{};

  void add(const RateLimiterStatus& status) {
    tokens += static_cast<double>(status.tokens);
    queue += static_cast<double>(status.queue_size);
    at_level[static_cast<std::size_t>(status.pressure_level)] += 1;
  }
};

void add_standing(std::vector<prometheus::MetricFamily>& families, const Labels& labels, const Standing& standing) {
  add_series(families[0], labels, standing.tokens);
  add_series(families[1], labels, standing.queue);
  for (const PressureLevel level : levels) {
    Labels with_level = labels;
    with_level.push_back({"level", std::string{to_string(level)}});
    add_series(families[2], std::move(with_level), standing.at_level[static_cast<std::size_t>(level)]);
  }
}

}  // namespace

std::vector<prometheus::MetricFamily> limiter_families(const Limiters& limiters, bool each) {
  std::vector<prometheus::MetricFamily> families{
      {"zenws_limiter_tokens", "Tokens to be had now.", MetricType::Gauge, {}},
      {"zenws_limiter_queue_size", "Submissions that wait for their tokens.", MetricType::Gauge, {}},
      {"zenws_limiter_pressure",
       "Whether the limiter is at that level of pressure, or how many limiters are.",
       MetricType::Gauge,
       {}}};
  Standing together;
  for (const auto& [id, limiter] : limiters) {
    const RateLimiterStatus status = limiter->status();
    together.add(status);
    if (!each) continue;
    Standing alone;
    alone.add(status);
    add_standing(families, {{"limiter", std::to_string(id)}}, alone);
  }
  if (!each) add_standing(families, {}, together);
  return families;
}

}  // namespace zenws::metrics
