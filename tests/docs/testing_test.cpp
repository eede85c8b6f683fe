// docs/guide/testing.md; its first test is a file of its own.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"

namespace {

using namespace std::chrono_literals;
using zenws::testing::Disconnect;
using zenws::testing::eventually;
using zenws::testing::ReceivedMessage;
using zenws::testing::Reply;
using zenws::testing::Server;

TEST(GuideTesting, a_script_is_the_servers_behaviour) {
  auto server = Server::start();
  ASSERT_TRUE(server);
#include "testing/script.inc"
  auto client = zenws::Client::connect(server->url());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->send_message("no answer to this"));
  ASSERT_TRUE(client->send_message(R"({"op":"login"})"));
  const auto answer = client->receive(20s);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text(), R"({"ok":true})");
}

TEST(GuideTesting, an_upgrade_is_refused_as_told) {
  auto server = Server::start();
  ASSERT_TRUE(server);
#include "testing/refuse.inc"
  EXPECT_EQ(refused.error().http()->body, "bad token");
}

TEST(GuideTesting, a_client_trusts_the_servers_own_authority) {
#include "testing/tls.inc"
  ASSERT_TRUE(client) << zenws::to_string(client.error());
  EXPECT_FALSE(zenws::Client::connect(server->url()));
}

// The table of "How a connection ends", but for what only a heartbeat notices.
TEST(GuideTesting, a_client_comes_back_unless_the_code_says_not_to) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = zenws::Client::connect(server->url(), {.retry_delay = 1ms});
  ASSERT_TRUE(client);
  std::uint64_t epoch = 1;
  for (const Disconnect& how : {Disconnect::normal(), Disconnect::going_away(), Disconnect::abrupt()}) {
    server->simulate_disconnect(how);
    ++epoch;
    EXPECT_TRUE(eventually([&] { return client->get_state_metrics().epoch == epoch; })) << how.close_code;
  }
  server->simulate_disconnect(Disconnect::code(4001, "reason"));
  EXPECT_TRUE(eventually([&] { return client->get_state() == zenws::State::disconnected; }));
}

TEST(GuideTesting, a_client_that_must_not_reconnect_stays_away_after_1000_too) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = zenws::Client::connect(server->url(), {.reconnect_on_error = false});
  ASSERT_TRUE(client);
  server->simulate_disconnect(Disconnect::normal());
  EXPECT_TRUE(eventually([&] { return client->get_state() == zenws::State::disconnected; }));
  EXPECT_EQ(server->accepted(), 1U);
}

TEST(GuideTesting, a_failed_assertion_tells_what_came_instead) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = zenws::Client::connect(server->url());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->send_message("hello"));
  const auto sent = assert_message_sent(*server, zenws::testing::json_subset(R"({"method":"subscribe"})"));
  ASSERT_FALSE(sent);
  EXPECT_EQ(
      sent.error().detail(),
      R"(no client has sent JSON with {"method":"subscribe"} within 1000 ms; the last 1 of 1 received: [1] "hello")");
}

}  // namespace
