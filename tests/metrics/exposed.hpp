// A live client behind an exposer, as Prometheus sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <prometheus/exposer.h>
#include <string>

#include "metrics/shown.hpp"
#include "support/http.hpp"

namespace zenws::metrics {

class Exposed {
 public:
  explicit Exposed(CollectorOptions options = {})
      : collector_{std::make_shared<ClientCollector>(live_.discovery(), options)} {
    exposer_.RegisterCollectable(collector_);
  }
  [[nodiscard]] Client& client() noexcept { return live_.client(); }
  [[nodiscard]] std::uint16_t port() const { return static_cast<std::uint16_t>(exposer_.GetListeningPorts().at(0)); }
  // A scrape's text.
  [[nodiscard]] std::string text() const { return testing::http_get(port(), "/metrics"); }
  [[nodiscard]] const ClientCollector& collector() const noexcept { return *collector_; }

 private:
  LiveClient live_;
  std::shared_ptr<ClientCollector> collector_;
  prometheus::Exposer exposer_{"127.0.0.1:0"};
};

}  // namespace zenws::metrics
