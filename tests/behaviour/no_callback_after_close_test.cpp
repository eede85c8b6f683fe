// Once close() has returned, or the last handle is gone, no callback runs.
#include <atomic>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Server;

struct NoCallbackAfterClose : ::testing::Test {
  Server server = *Server::start();
  std::atomic<bool> over{false};
  std::atomic<int> late{0};
  std::atomic<int> calls{0};

  Options options() {
    Options options;
    options.close_timeout = 500ms;
    options.handler = [this](const Message&) { called(); };
    options.on_lifecycle = [this](const Lifecycle&) { called(); };
    options.on_connect = options.on_disconnect = [this](const ClientRef&) { called(); };
    return options;
  }
  void called() {
    ++calls;
    if (over) ++late;
  }
  std::jthread flood() {
    return std::jthread{[this](const std::stop_token& stop) {
      while (!stop.stop_requested()) server.inject_message("x");
    }};
  }
  void expect_none_late() {
    over = true;
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(late, 0);
    EXPECT_GT(calls, 0);
  }
};

TEST_F(NoCallbackAfterClose, from_another_thread) {
  const auto flooding = flood();
  for (int i = 0; i < 20; ++i) {
    over = false;
    auto client = Client::connect(server.url(), options());
    ASSERT_TRUE(client) << to_string(client.error());
    EXPECT_TRUE(client->close());
    over = true;
    std::this_thread::sleep_for(1ms);
  }
  expect_none_late();
}

TEST_F(NoCallbackAfterClose, when_the_last_handle_goes) {
  const auto flooding = flood();
  for (int i = 0; i < 20; ++i) {
    over = false;
    {
      auto client = Client::connect(server.url(), options());
      ASSERT_TRUE(client) << to_string(client.error());
      const Client copy = *client;
    }
    over = true;
    std::this_thread::sleep_for(1ms);
  }
  expect_none_late();
}

TEST_F(NoCallbackAfterClose, inside_the_handler) {
  const auto flooding = flood();
  std::optional<Client> client;
  std::atomic<bool> ready{false};
  testing::LogOf<int> closed;
  Options how = options();
  how.handler = [&](const Message&) {
    called();
    if (!ready || over) return;
    EXPECT_TRUE(client->close());
    over = true;
    closed.add(1);
  };
  auto connected = Client::connect(server.url(), how);
  ASSERT_TRUE(connected) << to_string(connected.error());
  client = *connected;
  ready = true;
  ASSERT_TRUE(closed.wait_for_size(1));
  EXPECT_EQ(client->get_state(), State::disconnected);
  expect_none_late();
}

}  // namespace
}  // namespace zenws
