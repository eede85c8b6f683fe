// docs/guide/many-clients.md
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/pool.hpp>
#include <zenws/registry.hpp>
#include <zenws/supervisor.hpp>
#include <zenws/telemetry.hpp>
#include <zenws/testing/server.hpp>

#include "support/deribit.hpp"

namespace {

using zenws::testing::Server;

TEST(GuideManyClients, a_supervisor_starts_finds_and_stops_them) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  const std::string url = server->url();
  const zenws::Options options;
#include "many-clients/supervisor.inc"
  ASSERT_TRUE(client);
  EXPECT_TRUE(found);
  EXPECT_EQ(all.size(), 1U);
  EXPECT_TRUE(stopped);
  EXPECT_TRUE(down);
}

TEST(GuideManyClients, a_client_tells_what_it_is_called) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  zenws::Options options;
#include "many-clients/called.inc"
  std::string told;
  ASSERT_TRUE(zenws::telemetry::attach("called", "zen_websocket.connection.open", [&](const auto& event) {
    for (const char* text : {"name", "label_venue", "label_kind"}) told += std::string{event.text(text)} + " ";
  }));
  EXPECT_TRUE(zenws::Client::connect(server->url(), options));
  EXPECT_TRUE(zenws::telemetry::detach("called"));
  EXPECT_EQ(told, "trades deribit feed ");
}

TEST(GuideManyClients, a_pool_sends_by_one_of_them) {
  const auto simulator = zenws::testing::start_simulator();
  auto supervisor = zenws::ClientSupervisor::create();
  ASSERT_TRUE(supervisor);
  auto first = supervisor->start_client(simulator.url()).value();
  auto second = supervisor->start_client(simulator.url()).value();
  const std::string message = R"({"jsonrpc":"2.0","id":1,"method":"public/test"})";
#include "many-clients/pool.inc"
  EXPECT_TRUE(sent);
  EXPECT_TRUE(answer);
  EXPECT_TRUE(pool.send_balanced(message));
}

TEST(GuideManyClients, a_registry_finds_one_by_its_id) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  const zenws::Client client = zenws::Client::connect(server->url()).value();
#include "many-clients/registry.inc"
  EXPECT_TRUE(added);
  EXPECT_TRUE(found);
}

}  // namespace
