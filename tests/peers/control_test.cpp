// Pings and closes between zenws and other people's servers, and connections that are lost.
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "peers/talk.hpp"
#include "support/lifecycle_log.hpp"

namespace zenws::peers {
namespace {

using namespace std::chrono_literals;

class PeerPing : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(EveryServer, PeerPing, every_server, by_name);

TEST_P(PeerPing, from_the_server_is_answered_with_its_payload) {
  auto client = connect(peer().url("/ping/are-you-there"), peer().options());
  EXPECT_EQ(peer().says("pong"), "are-you-there");
  ASSERT_TRUE(client.send_message("and it goes on"));
  EXPECT_EQ(next(client), "and it goes on");
}

TEST_P(PeerPing, from_the_client_arrives_and_its_pong_is_consumed) {
  auto client = connect(peer().url("/echo"), peer().options());
  ASSERT_TRUE(client.ping());
  ASSERT_TRUE(client.send_message("the only message"));
  EXPECT_TRUE(peer().says("ping"));
  EXPECT_EQ(next(client), "the only message");
  EXPECT_EQ(client.get_state_metrics().messages_in, 1U);
}

class PeerClose : public PeerTest {
 protected:
  // Connects to a server that closes with `code`, lets it, and returns what the client made of it.
  std::optional<Disconnected> closed_by_server(std::uint16_t code) {
    auto options = peer().options();
    options.reconnect_on_error = false;
    options.on_lifecycle = log_.recorder();
    auto client = connect(peer().url("/close/" + std::to_string(code) + "/maintenance"), options);
    EXPECT_TRUE(client.send_message("close me"));
    return log_.wait_for<Disconnected>(patience);
  }

  support::LifecycleLog log_;
};
INSTANTIATE_TEST_SUITE_P(EveryServer, PeerClose, every_server, by_name);

TEST_P(PeerClose, from_the_client_shows_code_and_reason_to_the_server) {
  auto client = connect(peer().url("/echo"), peer().options());
  ASSERT_TRUE(client.close(4001, "end of day \u2014 bye"));
  EXPECT_EQ(peer().says("closed"), "4001 end of day \u2014 bye");
  EXPECT_EQ(client.get_state(), State::disconnected);
}

TEST_P(PeerClose, from_the_client_is_1000_unless_told_otherwise_and_comes_after_what_was_sent) {
  auto client = connect(peer().url("/count-received"), peer().options());
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(client.send_message("last words"));
  ASSERT_TRUE(client.close());
  EXPECT_EQ(peer().says("received"), "1000");
  EXPECT_EQ(peer().says("closed"), "1000 ");
}

TEST_P(PeerClose, from_the_server_shows_code_and_reason_to_the_client) {
  for (const auto code : std::to_array<std::uint16_t>({1000, 1001, 4000})) {
    SCOPED_TRACE(code);
    const auto lost = closed_by_server(code);
    ASSERT_TRUE(lost);
    EXPECT_EQ(lost->close_code, code);
    ASSERT_NE(lost->error.close(), nullptr) << to_string(lost->error);
    EXPECT_EQ(*lost->error.close(), (CloseReason{code, "maintenance"}));
    EXPECT_EQ(classify(lost->error), code == 4000 ? Severity::fatal : Severity::recoverable);
    EXPECT_EQ(peer().says("closed"), std::to_string(code) + " ") << "RFC 6455 5.5.1: the code is sent back";
  }
}

TEST_P(PeerClose, going_away_is_followed_by_a_new_connection) {
  auto options = peer().options();
  options.retry_count = 3;
  options.retry_delay = 1ms;
  options.on_lifecycle = log_.recorder();
  auto client = connect(peer().url("/close/1001/maintenance"), options);
  ASSERT_TRUE(log_.wait_for<Connected>(patience));
  ASSERT_TRUE(client.send_message("close me"));
  ASSERT_TRUE(log_.wait_for<Disconnected>(patience));
  ASSERT_TRUE(log_.wait_for<Reconnecting>(patience));
  const auto again = log_.wait_for<Connected>(patience);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->epoch, 2U);
}

class PeerLoss : public PeerTest {
 protected:
  Client watched_client() {
    auto options = peer().options();
    options.on_lifecycle = log_.recorder();
    auto client = connect(peer().url("/echo"), options);
    EXPECT_TRUE(client.send_message("it works"));
    EXPECT_EQ(next(client), "it works");
    return client;
  }

  void expect_recoverable_loss() {
    const auto lost = log_.wait_for<Disconnected>(patience);
    ASSERT_TRUE(lost);
    EXPECT_EQ(classify(lost->error), Severity::recoverable) << to_string(lost->error);
    EXPECT_EQ(lost->close_code, 1006);
  }

  support::LifecycleLog log_;
};
INSTANTIATE_TEST_SUITE_P(EveryServer, PeerLoss, every_server, by_name);

TEST_P(PeerLoss, of_a_killed_server_is_recoverable) {
  auto client = watched_client();
  peer().kill_server();
  expect_recoverable_loss();
}

TEST_P(PeerLoss, ends_a_client_that_may_not_retry) {
  auto client = watched_client();
  peer().kill_server();
  ASSERT_TRUE(log_.wait_for<Stopped>(patience));
  EXPECT_EQ(client.get_state(), State::disconnected);
  EXPECT_EQ(client.send_message("too late").error(), errc::not_connected);
  EXPECT_FALSE(client.receive(patience));
}

}  // namespace
}  // namespace zenws::peers
