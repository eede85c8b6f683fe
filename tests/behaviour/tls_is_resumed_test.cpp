// A client that comes back to the same server resumes its TLS session; one that cannot makes a whole handshake.
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

struct Tls : ::testing::Test {
  LogOf<std::string> handshakes;  // what debug lines say of them
  LogOf<std::string> events;

  void SetUp() override {
    set_logger([this](LogLevel, std::string_view line) {
      if (line.contains(": tls: ")) handshakes.add(std::string{line});
    });
  }
  void TearDown() override { set_logger({}); }
  Options options(const Server& server) {
    Options options;
    options.debug = true;
    options.retry_delay = 1ms;
    options.retry_count = unlimited;
    options.tls.ca_pem = server.ca_pem();
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    return options;
  }
  bool resumed(std::size_t connection) { return handshakes.all().at(connection).contains(", resumed, "); }
};

TEST_F(Tls, is_resumed_after_a_drop) {
  auto server = Server::start({.tls = true});
  ASSERT_TRUE(server);
  const auto client = Client::connect(server->url(), options(*server));
  ASSERT_TRUE(client) << to_string(client.error());
  server->simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  server->simulate_disconnect(testing::Disconnect::going_away());
  ASSERT_TRUE(events.wait_for("connected 3"));
  ASSERT_EQ(handshakes.size(), 3U);
  EXPECT_FALSE(resumed(0));
  EXPECT_TRUE(resumed(1)) << handshakes.all()[1];
  EXPECT_TRUE(resumed(2)) << handshakes.all()[2];
}

TEST_F(Tls, is_made_anew_with_a_server_that_was_restarted) {
  auto server = Server::start({.tls = true});
  ASSERT_TRUE(server);
  const std::uint16_t port = server->port();
  auto client = Client::connect(server->url(), options(*server));
  ASSERT_TRUE(client) << to_string(client.error());
  server->stop();
  auto again = Server::start({.port = port, .tls = true});
  ASSERT_TRUE(again) << to_string(again.error());
  ASSERT_TRUE(events.wait_for("connected 2"));
  for (std::size_t i = 0; i < handshakes.size(); ++i) EXPECT_FALSE(resumed(i)) << handshakes.all()[i];
  ASSERT_TRUE(client->send_message("ping"));
  EXPECT_EQ(client->receive(testing::patience)->text(), "pong");
}

TEST_F(Tls, is_not_shared_between_clients) {
  auto server = Server::start({.tls = true});
  ASSERT_TRUE(server);
  for (int i = 0; i < 2; ++i) {
    const auto client = Client::connect(server->url(), options(*server));
    ASSERT_TRUE(client) << to_string(client.error());
  }
  EXPECT_FALSE(resumed(1));
}

}  // namespace
}  // namespace zenws
