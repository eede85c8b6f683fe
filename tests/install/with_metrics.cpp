// A user's own metrics: a collector without clients says that there are none.
#include <prometheus/metric_family.h>
#include <vector>

#include <zenws/metrics/collector.hpp>

int main() {
  const zenws::metrics::ClientCollector collector{[] { return std::vector<zenws::ClientRef>{}; },
                                                  {.per_client = false}};
  const auto families = collector.Collect();
  return !families.empty() && families.front().name == "zenws_client_state" ? 0 : 1;
}
