// What a client publishes, read from outside.
#include "client/metrics.hpp"

#include <gtest/gtest.h>

#include <zenws/pool.hpp>
#include <zenws/testing/server.hpp>

#include "support/json_rpc.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using testing::Server;

class PublishedTest : public ::testing::Test {
 protected:
  Client connect(Options options = {}) { return *Client::connect(server_.url(), std::move(options)); }
  Server server_ =
      *Server::start({.script = [](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
        return {{false, testing::answer(testing::id_of(message).value_or(0))}};
      }});
};

TEST_F(PublishedTest, is_what_the_client_says_itself) {
  const auto limiter = *RateLimiter::create();
  Client client = connect({.heartbeat = Heartbeat::ping_pong(1h), .rate_limiter = limiter});
  const auto response = client.request("public/test");
  ASSERT_TRUE(response);
  const auto read = metrics_of(client);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state.state, State::connected);
  EXPECT_EQ(read->state.messages_in, client.get_state_metrics().messages_in);
  EXPECT_EQ(read->heartbeat.type, HeartbeatType::ping_pong);
  EXPECT_EQ(read->request_durations.sum, response->round_trip());
  EXPECT_EQ(read->limiter, limiter);
  EXPECT_EQ(policy::score(read->health), zenws::health_of(client)->score);
}

TEST_F(PublishedTest, has_no_limiter_when_the_client_has_none) {
  const Client client = connect();
  EXPECT_EQ(metrics_of(client)->limiter, nullptr);
}

TEST_F(PublishedTest, ends_with_the_last_handle) {
  std::optional<Client> client = connect();
  const ClientRef ref = *client;
  EXPECT_FALSE(is_gone(ref));
  EXPECT_TRUE(metrics_of(ref));
  client.reset();
  EXPECT_TRUE(is_gone(ref));
  EXPECT_FALSE(metrics_of(ref));
}

TEST_F(PublishedTest, outlives_a_close_while_a_handle_is_left) {
  Client client = connect();
  ASSERT_TRUE(client.close());
  EXPECT_EQ(metrics_of(client)->state.state, State::disconnected);
}

}  // namespace
}  // namespace zenws::client
