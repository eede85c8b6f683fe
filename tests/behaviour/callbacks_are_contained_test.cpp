// What a callback throws is caught, counted and logged; the connection lives, or stops when told so.
#include <stdexcept>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using testing::LogOf;
using testing::Server;

struct CallbacksAreContained : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> lines;

  void SetUp() override {
    set_logger([this](LogLevel, std::string_view line) { lines.add(std::string{line}); });
  }
  void TearDown() override { set_logger({}); }
  bool logged(std::string_view words) {
    return lines.wait_until([&](const auto& all) {
      return std::ranges::any_of(all, [&](const std::string& line) { return line.contains(words); });
    });
  }
};

TEST_F(CallbacksAreContained, when_the_handler_throws) {
  LogOf<std::string> seen;
  Options options;
  options.handler = [&](const Message& message) {
    const std::string text{std::get<TextMessage>(message).text};
    if (text == "bad") throw std::runtime_error{"no good"};
    if (text == "worse") throw 1;
    seen.add(text);
  };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  for (const char* text : {"bad", "worse", "fine"}) server.inject_message(text);
  ASSERT_TRUE(seen.wait_for("fine"));
  EXPECT_EQ(client->get_state(), State::connected);
  EXPECT_EQ(client->get_state_metrics().handler_failures, 2U);
  EXPECT_TRUE(logged("Handler error: no good"));
}

TEST_F(CallbacksAreContained, when_a_lifecycle_callback_throws) {
  Options options;
  options.on_lifecycle = [](const Lifecycle&) { throw std::runtime_error{"intentional error"}; };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(logged("Lifecycle callback error: intentional error"));
  ASSERT_TRUE(client->send_message("ping"));
  EXPECT_EQ(client->receive(testing::patience)->text(), "pong");
}

TEST_F(CallbacksAreContained, or_stops_the_client_when_told_so) {
  LogOf<std::string> stopped;
  LogOf<std::string> seen;
  Options options;
  options.handler_failure = HandlerFailure::stop;
  options.handler = [&](const Message& message) {
    seen.add(std::string{std::get<TextMessage>(message).text});
    throw std::runtime_error{"enough"};
  };
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (const auto* end = std::get_if<Stopped>(&event)) stopped.add(std::string{end->error.detail()});
  };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  for (const char* text : {"a", "b", "c"}) server.inject_message(text);
  EXPECT_TRUE(stopped.wait_for("the handler failed: enough"));
  EXPECT_EQ(seen.size(), 1U);
  EXPECT_EQ(client->get_state(), State::disconnected);
}

TEST_F(CallbacksAreContained, also_a_logger_that_throws) {
  set_logger([](LogLevel, std::string_view) { throw std::runtime_error{"logger"}; });
  Options options;
  options.debug = true;
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(client->close());
}

TEST_F(CallbacksAreContained, and_debug_lines_come_only_when_asked_for) {
  {
    ASSERT_TRUE(Client::connect(server.url()));
  }
  EXPECT_EQ(lines.size(), 0U);
  Options options;
  options.debug = true;
  ASSERT_TRUE(
      Client::connect("ws://user:s3cret@127.0.0.1:" + std::to_string(server.port()) + "/?token=s3cret", options));
  EXPECT_GT(lines.size(), 0U);
  for (const std::string& line : lines.all()) EXPECT_FALSE(line.contains("s3cret")) << line;
}

}  // namespace
}  // namespace zenws
