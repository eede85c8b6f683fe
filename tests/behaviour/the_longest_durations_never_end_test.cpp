// Every duration that the library takes may be the longest there is.
#include <string>

#include <gtest/gtest.h>

#include <zenws/adapters/batch_subscription.hpp>
#include <zenws/client.hpp>
#include <zenws/supervisor.hpp>
#include <zenws/testing/server.hpp>

#include "support/deribit.hpp"
#include "support/eventually.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using testing::Disconnect;

using testing::Server;

constexpr auto longest = std::chrono::milliseconds::max();

class TheLongestDurations : public ::testing::Test {
 protected:
  static Options options() {
    Options options{.timeout = longest, .retry_delay = longest, .heartbeat_interval = longest};
    options.max_backoff = longest;
    options.request_timeout = longest;
    options.heartbeat = Heartbeat::ping_pong(longest);
    options.idle_timeout = longest;
    options.stable_after = longest;
    options.connect_deadline = longest;
    options.max_age = longest;
    options.close_timeout = longest;
    options.message_timeout = longest;
    options.silence_timeout = longest;
    options.retry_count = unlimited;
    return options;
  }

  testing::Venue venue;
  Server server = *Server::start({.script = venue.script()});
};

TEST_F(TheLongestDurations, let_a_client_do_what_it_does) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  const auto response = client->request("public/subscribe", R"({"channels":["b"]})", longest);
  EXPECT_TRUE(response) << to_string(response.error());
  const auto subscribed = client->subscribe_and_wait({"a"}, longest);
  EXPECT_TRUE(subscribed) << to_string(subscribed.error());
  ASSERT_TRUE(
      client->send_message(R"({"jsonrpc":"2.0","id":987,"method":"public/subscribe","params":{"channels":["c"]}})"));
  EXPECT_TRUE(client->receive(longest)) << "an answer that no request waits for";
  EXPECT_TRUE(client->close());
}

TEST_F(TheLongestDurations, are_how_long_a_retry_is_waited_for) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(testing::eventually([&] { return client->get_state() == State::reconnecting; }));
  EXPECT_EQ(server.accepted(), 1U);
  EXPECT_TRUE(client->close());
}

TEST_F(TheLongestDurations, are_how_long_a_supervisor_remembers_and_waits) {
  auto supervisor = ClientSupervisor::create();
  ASSERT_TRUE(supervisor);
  Options with = options();
  with.reconnect_on_error = false;
  auto client = supervisor->start_client(server.url(), with, {.restart = Restart::permanent, .within = longest});
  ASSERT_TRUE(client) << to_string(client.error());
  server.simulate_disconnect(Disconnect::abrupt());
  EXPECT_TRUE(testing::eventually([&] { return client->get_state() == State::reconnecting; }));
  EXPECT_EQ(server.accepted(), 1U);
}

TEST_F(TheLongestDurations, are_how_long_batches_may_take) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  const auto all = adapters::BatchSubscription::start(*client, {"a", "b"}, {.batch_size = 1, .timeout = longest});
  ASSERT_TRUE(all) << to_string(all.error());
  EXPECT_TRUE(all->wait(longest));
}

TEST_F(TheLongestDurations, may_be_a_venues_heartbeat_and_its_tokens_life) {
  auto simulator = simulators::DeribitSimulator::start({.token_lifetime = std::chrono::seconds::max()});
  ASSERT_TRUE(simulator) << to_string(simulator.error());
  adapters::DeribitOptions how = testing::options_for(*simulator);
  how.heartbeat = std::chrono::seconds::max();
  adapters::Deribit deribit = testing::connect(std::move(how));
  EXPECT_EQ(deribit.client().get_state(), State::connected);
}

}  // namespace
}  // namespace zenws
