// The rate limiters of clients as metrics: one that many share is shown once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <prometheus/metric_family.h>
#include <vector>

#include <zenws/rate_limiter.hpp>

namespace zenws::metrics {

// By their ids.
using Limiters = std::map<std::uint64_t, std::shared_ptr<const RateLimiter>>;

// `each`: a series for each limiter, with the label `limiter`; otherwise one for all.
[[nodiscard]] std::vector<prometheus::MetricFamily> limiter_families(const Limiters& limiters, bool each);

}  // namespace zenws::metrics
