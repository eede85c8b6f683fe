// What a client publishes, read from outside.
#include "client/metrics.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <zenws/pool.hpp>
#include <zenws/telemetry.hpp>
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
  EXPECT_FALSE(client::health_of(ref));
}

TEST_F(PublishedTest, tells_its_health_apart_as_with_all_else) {
  const Client client = connect();
  const auto health = client::health_of(ClientRef{client});
  ASSERT_TRUE(health);
  EXPECT_EQ(policy::score(*health), policy::score(metrics_of(client)->health));
}

// Whom an event is told to be about.
std::string told_about(const telemetry::Subject& subject) {
  std::string told;
  const auto note = [&](const telemetry::Event& event) {
    for (const auto& [name, value] : event.metadata) told += std::string{name} + "=" + std::string{value} + " ";
  };
  EXPECT_TRUE(telemetry::attach("whom", "zen_websocket.heartbeat.missed", note));
  subject.tell(telemetry::Name::heartbeat_missed, {});
  EXPECT_TRUE(telemetry::detach("whom"));
  return told;
}

TEST_F(PublishedTest, is_about_the_client_by_its_name_and_labels_while_it_is_there) {
  Options options;
  options.name = "feed-a";
  options.labels = {{"venue", "deribit"}};
  std::optional<Client> client = connect(options);
  const ClientRef ref = *client;
  const std::string id = std::to_string(ref.id());
  EXPECT_EQ(told_about(subject_of(ref)), "client=" + id + " name=feed-a label_venue=deribit ");
  client.reset();
  EXPECT_EQ(told_about(subject_of(ref)), "client=" + id + " ");
}

TEST_F(PublishedTest, outlives_a_close_while_a_handle_is_left) {
  Client client = connect();
  ASSERT_TRUE(client.close());
  EXPECT_EQ(metrics_of(client)->state.state, State::disconnected);
}

}  // namespace
}  // namespace zenws::client
