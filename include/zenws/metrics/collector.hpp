/// \file
/// Clients' numbers for Prometheus. Part of zenws::metrics, which needs prometheus-cpp.
#pragma once

#include <memory>
#include <prometheus/collectable.h>
#include <vector>

#include <zenws/pool.hpp>

namespace zenws::metrics {

/// How a ClientCollector shows clients.
struct CollectorOptions {
  /// True: a series for each client, about fifty a client, told apart by the label `client`; those of a client with
  /// Options::name have the label `name` too, and its Options::labels are those of zenws_client_info. False: one for
  /// all clients together, however many there are; set it for more than some dozens.
  bool per_client = true;
};

/// The numbers of clients and of their rate limiters as Prometheus metrics: give it to a prometheus::Exposer.
///
/// Reads what the clients publish: asks no loop, waits for none, and keeps no client open. A `discovery` that throws is
/// logged, and shows no client. Counters shown together do not go down when a client leaves.
///
/// Threads:  any thread may call any function.
/// Lifetime: what `discovery` refers to outlives it. An Exposer refers to it weakly: keep it.
/// See:      docs/guide/metrics.md, examples/14_metrics.cpp
class ClientCollector final : public prometheus::Collectable {
 public:
  /// Shows the clients that `discovery` gives at each scrape, for example `[&] { return supervisor.list_clients(); }`.
  explicit ClientCollector(ClientDiscovery discovery, CollectorOptions options = {});
  ~ClientCollector() override;
  ClientCollector(const ClientCollector&) = delete;
  ClientCollector& operator=(const ClientCollector&) = delete;

  /// All metrics with their values now; docs/guide/metrics.md lists them.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace zenws::metrics
