// What a collector shows, by name and labels; and a client of which there is something to show.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <prometheus/metric_family.h>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/metrics/collector.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/venue.hpp"

namespace zenws::metrics {

using namespace std::chrono_literals;
using testing::eventually;

// One scrape. Asking for what is not there is answered by nullopt or null.
class Shown {
 public:
  using Labels = std::map<std::string, std::string>;

  explicit Shown(const prometheus::Collectable& collector) : Shown{collector.Collect()} {}
  explicit Shown(std::vector<prometheus::MetricFamily> families) : families_{std::move(families)} {}

  [[nodiscard]] const std::vector<prometheus::MetricFamily>& families() const noexcept { return families_; }
  [[nodiscard]] const prometheus::ClientMetric* series(std::string_view name, const Labels& labels = {}) const {
    const auto family = std::ranges::find(families_, name, &prometheus::MetricFamily::name);
    if (family == families_.end()) return nullptr;
    for (const auto& metric : family->metric) {
      Labels its;
      for (const auto& label : metric.label) its[label.name] = label.value;
      if (its == labels) return &metric;
    }
    return nullptr;
  }
  [[nodiscard]] std::optional<double> value(std::string_view name, const Labels& labels = {}) const {
    const auto* const found = series(name, labels);
    if (found == nullptr) return std::nullopt;
    // A counter's value or a gauge's: the other one is zero.
    return found->counter.value + found->gauge.value;
  }
  [[nodiscard]] std::size_t count() const {
    std::size_t count = 0;
    for (const auto& family : families_) count += family.metric.size();
    return count;
  }

 private:
  std::vector<prometheus::MetricFamily> families_;
};

// Connects. The test has failed when it cannot.
inline Client connected(const testing::Server& server, Options options = {}) {
  auto client = Client::connect(server.url(), std::move(options));
  EXPECT_TRUE(client) << to_string(client.error());
  return *client;
}

// A client with a bit of everything: a request answered, a channel confirmed, a heartbeat measured, a limiter, a label.
class LiveClient {
 public:
  LiveClient() {
    EXPECT_TRUE(client_.request("public/test"));
    EXPECT_TRUE(client_.subscribe_and_wait({"trades"}));
    EXPECT_TRUE(eventually([&] { return client_.get_heartbeat_health().last_rtt.has_value(); }));
  }
  [[nodiscard]] Client& client() noexcept { return client_; }
  [[nodiscard]] ClientDiscovery discovery() const {
    return [ref = ClientRef{client_}] { return std::vector{ref}; };
  }

 private:
  testing::Venue venue_;
  testing::Server server_ = *testing::Server::start({.script = venue_.script()});
  std::shared_ptr<RateLimiter> limiter_ = *RateLimiter::create({.tokens = 1000});
  Client client_ = connected(server_, {.heartbeat = Heartbeat::ping_pong(20ms),
                                       .handler = [](const Message&) {},
                                       .rate_limiter = limiter_,
                                       .labels = {{"venue", "test"}}});
};

}  // namespace zenws::metrics
