// What is posted runs once, in order, on the client's loop, and not any more once the client has ended.
#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "support/connect.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

struct TheLoopCallsWhatIsPosted : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> seen;

  Client connect(Options options = {}) { return testing::connect(server.url(), std::move(options)); }
};

TEST_F(TheLoopCallsWhatIsPosted, in_order_on_the_loop) {
  Client client = connect();
  EXPECT_FALSE(client.is_on_loop());
  LogOf<int> numbers;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(client.post([&numbers, i, client] { numbers.add(client.is_on_loop() ? i : -1); }));
  }
  ASSERT_TRUE(numbers.wait_for_size(1000));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(numbers.all()[static_cast<std::size_t>(i)], i);
}

TEST_F(TheLoopCallsWhatIsPosted, where_the_handler_runs) {
  std::optional<Client> client;
  std::promise<void> ready;
  Options options;
  options.handler = [&, known = ready.get_future().share()](const Message&) {
    known.wait();
    seen.add(client->is_on_loop() ? "on the loop" : "elsewhere");
    EXPECT_TRUE(client->post([&] { seen.add("posted"); }));
    seen.add("handled");
  };
  client = connect(options);
  ready.set_value();
  server.inject_message("x");
  ASSERT_TRUE(seen.wait_for_size(3));
  EXPECT_EQ(seen.all(), (std::vector<std::string>{"on the loop", "handled", "posted"}));
  EXPECT_TRUE(client->close());
}

TEST_F(TheLoopCallsWhatIsPosted, though_it_can_only_be_moved) {
  Client client = connect();
  ASSERT_TRUE(client.post([&, text = std::make_unique<std::string>("moved")] { seen.add(*text); }));
  EXPECT_TRUE(seen.wait_for("moved"));
}

TEST_F(TheLoopCallsWhatIsPosted, also_while_it_reconnects) {
  Options options{.retry_count = unlimited, .retry_delay = 1h, .max_backoff = 1h};
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (std::holds_alternative<Reconnecting>(event)) seen.add("reconnecting");
  };
  Client client = connect(options);
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(seen.wait_for("reconnecting"));
  ASSERT_TRUE(client.post([&] { seen.add("posted"); }));
  EXPECT_TRUE(seen.wait_for("posted"));
}

TEST_F(TheLoopCallsWhatIsPosted, and_contains_what_it_throws) {
  LogOf<std::string> lines;
  set_logger([&](LogLevel, std::string_view line) { lines.add(std::string{line}); });
  Client client = connect({.handler_failure = HandlerFailure::stop});
  ASSERT_TRUE(client.post([] { throw std::runtime_error{"no good"}; }));
  ASSERT_TRUE(client.post([&] { seen.add("next"); }));
  EXPECT_TRUE(seen.wait_for("next"));
  EXPECT_TRUE(lines.wait_until([](const auto& all) {
    return std::ranges::any_of(all, [](const std::string& line) { return line.contains("Post error: no good"); });
  }));
  EXPECT_EQ(client.get_state_metrics().handler_failures, 1U);
  EXPECT_EQ(client.get_state(), State::connected);
  set_logger({});
}

TEST_F(TheLoopCallsWhatIsPosted, but_not_once_it_is_closed) {
  Client client = connect();
  ASSERT_TRUE(client.close());
  const auto life = std::make_shared<int>(0);
  const Result<> posted = client.post([this, life] { seen.add("late"); });
  ASSERT_FALSE(posted);
  EXPECT_EQ(posted.error(), errc::closed);
  EXPECT_EQ(life.use_count(), 1);
  EXPECT_EQ(seen.size(), 0U);
}

TEST_F(TheLoopCallsWhatIsPosted, but_not_once_it_has_ended_by_itself) {
  Options options{.reconnect_on_error = false};
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (std::holds_alternative<Stopped>(event)) seen.add("stopped");
  };
  Client client = connect(options);
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(seen.wait_for("stopped"));
  EXPECT_EQ(client.post([] {}).error(), errc::closed);
}

TEST_F(TheLoopCallsWhatIsPosted, but_not_once_its_runtime_has_ended) {
  auto runtime = std::make_unique<Runtime>();
  Client client = connect({.runtime = runtime.get()});
  runtime.reset();
  EXPECT_EQ(client.post([] {}).error(), errc::closed);
  EXPECT_FALSE(client.is_on_loop());
}

// Whatever waits when close() is called.
TEST_F(TheLoopCallsWhatIsPosted, and_drops_what_waits_when_it_is_closed) {
  Client client = connect();
  std::promise<void> go;
  std::promise<void> closing;
  const auto life = std::make_shared<int>(0);
  ASSERT_TRUE(client.post([&] { go.get_future().wait(); }));
  ASSERT_TRUE(client.post([&, life] { seen.add("late"); }));
  std::jthread closer{[&] {
    closing.set_value();
    EXPECT_TRUE(client.close());
    EXPECT_EQ(life.use_count(), 1);
  }};
  closing.get_future().wait();
  // Whoever is refused knows that close() was called.
  while (client.post([] {})) std::this_thread::yield();
  go.set_value();
  closer.join();
  EXPECT_EQ(seen.size(), 0U);
}

TEST_F(TheLoopCallsWhatIsPosted, and_drops_what_waits_when_a_handler_closes_it) {
  std::optional<Client> client = connect();
  const auto life = std::make_shared<int>(0);
  std::promise<void> closed;
  ASSERT_TRUE(client->post([&] {
    EXPECT_TRUE(client->post([this, life] { seen.add("late"); }));
    EXPECT_TRUE(client->close());
    closed.set_value();
  }));
  closed.get_future().wait();
  EXPECT_TRUE(client->close());
  EXPECT_EQ(life.use_count(), 1);
  EXPECT_EQ(seen.size(), 0U);
}

TEST_F(TheLoopCallsWhatIsPosted, and_refuses_an_empty_function) {
  EXPECT_EQ(connect().post({}).error(), errc::invalid_config);
}

}  // namespace
}  // namespace zenws
