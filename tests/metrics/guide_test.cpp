// docs/guide/metrics.md
#include <memory>
#include <prometheus/exposer.h>

#include <gmock/gmock.h>

#include <zenws/metrics/collector.hpp>
#include <zenws/supervisor.hpp>

#include "metrics/exposed.hpp"
#include "support/http.hpp"

namespace {

TEST(GuideMetrics, an_exposer_shows_the_clients_of_a_supervisor) {
  auto server = zenws::testing::Server::start();
  ASSERT_TRUE(server);
  auto supervisor = zenws::ClientSupervisor::create().value();
  ASSERT_TRUE(supervisor.start_client(server->url()));
#include "metrics/exposer.inc"
  const auto port = static_cast<std::uint16_t>(exposer.GetListeningPorts().at(0));
  EXPECT_THAT(zenws::testing::http_get(port, "/metrics"), ::testing::HasSubstr("zenws_client_state{client="));
}

}  // namespace
