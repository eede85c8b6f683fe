// close() returns whatever the peer does. A hang is this test's only failure: ctest's timeout tells.
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::Server;

Options quick() {
  Options options;
  options.close_timeout = 200ms;
  options.retry_count = 0;
  return options;
}

Server start(testing::Faults faults) { return *Server::start({.faults = std::move(faults)}); }

TEST(CloseCannotHang, with_a_peer_that_answers) {
  const Server server = start({});
  auto client = Client::connect(server.url(), quick());
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(client->close(4000, "done"));
  EXPECT_EQ(client->get_state(), State::disconnected);
  ASSERT_EQ(server.closes().size(), 1U);
  EXPECT_EQ(server.closes()[0], (CloseReason{4000, "done"}));
}

TEST(Close, tells_the_code_of_the_peers_answer) {
  const Server server = start({});
  testing::LogOf<std::string> events;
  Options options = quick();
  options.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(client->close(4000, "done"));
  EXPECT_EQ(events.all(), (std::vector<std::string>{"connected 1", "disconnected 4000", "stopped"}));
}

TEST(CloseCannotHang, with_a_peer_that_does_not_answer_it) {
  const Server server = start({.ignore_close = true});
  auto client = Client::connect(server.url(), quick());
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(client->close());
  EXPECT_EQ(client->get_state(), State::disconnected);
}

TEST(CloseCannotHang, with_a_peer_that_is_silent) {
  const Server server = start({.stall = true});
  auto client = Client::connect(server.url(), quick());
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(client->close());
}

TEST(CloseCannotHang, with_a_full_socket_and_a_full_queue) {
  const Server server = start({.stall = true});
  Options options = quick();
  options.send_queue_limit = 1 << 20;
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  const std::string message(100'000, 'x');
  const auto fill = [&] {
    bool took = false;
    while (client->send_message(message)) took = true;
    return took;
  };
  // The kernel's buffers grow while it is filled: full is what stays full for a while.
  do {
    std::this_thread::sleep_for(50ms);
  } while (fill());
  EXPECT_TRUE(client->close());
  EXPECT_GT(client->get_state_metrics().dropped_on_disconnect, 0U);
}

TEST(CloseCannotHang, with_a_peer_that_floods) {
  Server server = start({});
  auto client = Client::connect(server.url(), quick());
  ASSERT_TRUE(client) << to_string(client.error());
  std::jthread flood{[&](const std::stop_token& stop) {
    const std::string message(1000, 'x');
    while (!stop.stop_requested()) server.inject_message(message);
  }};
  ASSERT_TRUE(client->receive());
  EXPECT_TRUE(client->close());
  EXPECT_EQ(client->get_state(), State::disconnected);
}

TEST(CloseCannotHang, with_a_mailbox_that_is_full) {
  Server server = start({});
  Options options = quick();
  options.mailbox_limit = 1;
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  for (int i = 0; i < 100; ++i) server.inject_message("x");
  EXPECT_TRUE(client->close());
  EXPECT_EQ(server.closes().size(), 1U);
}

TEST(CloseCannotHang, with_a_peer_that_is_gone) {
  for (const Disconnect& how : {Disconnect::abrupt(), Disconnect::half_open(), Disconnect::going_away()}) {
    Server server = start({});
    auto client = Client::connect(server.url(), quick());
    ASSERT_TRUE(client) << to_string(client.error());
    server.simulate_disconnect(how);
    EXPECT_TRUE(client->close());
    EXPECT_EQ(client->get_state(), State::disconnected);
  }
}

TEST(CloseCannotHang, while_the_client_waits_to_reconnect) {
  Server server = start({});
  testing::LogOf<std::string> events;
  Options options = quick();
  options.retry_count = unlimited;
  options.retry_delay = options.max_backoff = 1h;
  options.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("reconnecting 1"));
  EXPECT_TRUE(client->close());
  EXPECT_EQ(events.all().back(), "stopped");
}

TEST(CloseCannotHang, when_called_again_and_from_many_threads) {
  const Server server = start({});
  auto client = Client::connect(server.url(), quick());
  ASSERT_TRUE(client) << to_string(client.error());
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_TRUE(client->close()); });
  }
  EXPECT_TRUE(client->close());
  EXPECT_EQ(server.closes().size(), 1U);
}

TEST(Close, refuses_codes_that_may_not_be_sent) {
  const Server server = start({});
  auto client = Client::connect(server.url(), quick());
  ASSERT_TRUE(client) << to_string(client.error());
  for (const std::uint16_t code : std::initializer_list<std::uint16_t>{0, 999, 1002, 1005, 1006, 1015, 2999, 5000}) {
    const Result<> closed = client->close(code);
    ASSERT_FALSE(closed) << code;
    EXPECT_EQ(closed.error(), errc::invalid_config);
  }
  EXPECT_FALSE(client->close(1000, std::string(124, 'x')));
  EXPECT_FALSE(client->close(1000, "\xFF"));
  EXPECT_EQ(client->get_state(), State::connected);
}

}  // namespace
}  // namespace zenws
