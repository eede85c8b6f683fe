#include "metrics/counter_sums.hpp"

#include <algorithm>

#include "client/metrics.hpp"

namespace zenws::metrics {

void CounterSums::add(const ClientRef& client, const std::vector<double>& counts) {
  auto& known = counted_.try_emplace(client.id(), client, std::vector<double>(counts.size(), 0.0)).first->second.counts;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    // Of two scrapes at once, the one that has read earlier may come later.
    totals_[i] += std::max(counts[i] - known[i], 0.0);
    known[i] = std::max(known[i], counts[i]);
  }
}

void CounterSums::forget_the_gone() {
  std::erase_if(counted_, [](const auto& entry) { return client::is_gone(entry.second.client); });
}

}  // namespace zenws::metrics
