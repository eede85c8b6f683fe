// Heartbeats judge the peer, not ourselves: a busy handler and a full mailbox are not a dead connection.
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;
using Events = std::vector<std::string>;

Options reconnecting(LogOf<std::string>& events, Heartbeat heartbeat = {}) {
  Options options{.retry_count = unlimited,
                  .retry_delay = 1ms,
                  .heartbeat = std::move(heartbeat),
                  .jitter = 0,
                  .stable_after = 0ms};
  options.on_lifecycle = [&](const Lifecycle& event) {
    const auto* const lost = std::get_if<Disconnected>(&event);
    events.add(lost != nullptr ? "lost: " + lost->error.code().message() : testing::words(event));
  };
  options.handler = [](const Message&) {};
  return options;
}

TEST(Heartbeat, keeps_a_healthy_connection_and_tells_its_round_trip) {
  const Server server = *Server::start();
  LogOf<std::string> events;
  Options options = reconnecting(events, Heartbeat::ping_pong(10ms));
  options.max_missed_heartbeats = 0;  // on a busy machine the server may be slow
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  const auto end = std::chrono::steady_clock::now() + testing::patience;
  while (client->get_latency_stats().count < 5 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(5ms);
  }
  const HeartbeatHealth health = client->get_heartbeat_health();
  EXPECT_EQ(health.type, HeartbeatType::ping_pong);
  EXPECT_EQ(health.interval, 10ms);
  EXPECT_TRUE(health.timer_active);
  EXPECT_TRUE(health.last_rtt && health.last_rtt->count() > 0);
  EXPECT_TRUE(health.last_heartbeat_at);
  EXPECT_GE(client->get_latency_stats().count, 5U);
  EXPECT_EQ(events.all(), Events{"connected 1"});
  EXPECT_TRUE(client->close());
  EXPECT_FALSE(client->get_heartbeat_health().timer_active);
}

TEST(Heartbeat, is_not_fooled_by_a_busy_handler) {
  Server server = *Server::start();
  LogOf<std::string> events;
  Options options = reconnecting(events, Heartbeat::ping_pong(200ms));
  options.max_missed_heartbeats = 1;
  options.handler = overloaded{[](const TextMessage&) { std::this_thread::sleep_for(500ms); }, [](const auto&) {}};
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  for (int i = 0; i < 3; ++i) server.inject_message("busy");
  std::this_thread::sleep_for(1700ms);
  EXPECT_EQ(events.all(), Events{"connected 1"}) << "the answers had come in time; only nobody looked";
}

TEST(Heartbeat, runs_while_the_mailbox_is_full) {
  Server server = *Server::start();
  LogOf<std::string> events;
  Options options = reconnecting(events, Heartbeat::ping_pong(20ms));
  options.handler = {};
  options.mailbox_limit = 2;
  options.max_missed_heartbeats = 10;
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  for (int i = 0; i < 10; ++i) server.inject_message(std::to_string(i));
  std::this_thread::sleep_for(500ms);
  EXPECT_EQ(events.all(), Events{"connected 1"});
  for (int i = 0; i < 10; ++i) {
    const auto message = client->receive(testing::patience);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->text(), std::to_string(i));
  }
}

TEST(HeartbeatDeribit, answers_test_requests_and_the_user_sees_none_of_it) {
  Server server =
      *Server::start({.script = [](const testing::ReceivedMessage&) { return std::vector<testing::Reply>{}; }});
  LogOf<std::string> events;
  LogOf<std::string> heard;
  Options options = reconnecting(events, Heartbeat::deribit(20s));
  options.handler = [&](const Message&) { heard.add("something"); };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  server.inject_message(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})");
  EXPECT_TRUE(
      testing::assert_message_sent(server, testing::json_subset(R"({"method":"public/test"})"), testing::patience));
  EXPECT_EQ(heard.size(), 0U);
}

}  // namespace
}  // namespace zenws
