// The user's functions decide where the next attempt goes and whether there is one.
#include <stdexcept>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

TEST(EndpointProvider, that_throws_ends_the_client_like_any_wrong_configuration) {
  int asked = 0;
  Options options;
  options.endpoint_provider = [&](int, const Error*) -> Result<Endpoint> {
    ++asked;
    throw std::runtime_error{"no token today"};
  };
  const auto client = Client::connect("", options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::invalid_config);
  EXPECT_EQ(asked, 1);
}

TEST(EndpointProvider, that_fails_for_a_while_is_asked_again) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  LogOf<std::string> reasons;
  Options options;
  options.retry_delay = 1ms;
  options.endpoint_provider = [&](int attempt, const Error* last) -> Result<Endpoint> {
    if (last != nullptr) reasons.add(std::string{last->detail()});
    if (attempt < 2) return std::unexpected{Error{errc::timeout, Phase::config, "token service"}};
    return Endpoint{.url = server->url(), .headers = {}, .subprotocols = {}};
  };
  const auto client = Client::connect("", options);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_EQ(reasons.all(), (std::vector<std::string>{"token service", "token service"}));
  EXPECT_EQ(server->accepted(), 1U);
}

TEST(EndpointProvider, leads_to_another_host_after_a_loss) {
  auto first = Server::start();
  auto second = Server::start();
  ASSERT_TRUE(first && second);
  LogOf<std::string> events;
  Options options;
  options.retry_delay = 1ms;
  options.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  options.endpoint_provider = [&](int attempt, const Error*) -> Result<Endpoint> {
    return Endpoint{.url = attempt == 0 ? first->url() : second->url(), .headers = {}, .subprotocols = {}};
  };
  const auto client = Client::connect(first->url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  first->stop();
  ASSERT_TRUE(events.wait_for("connected 2"));
  EXPECT_EQ(second->accepted(), 1U);
}

TEST(RetryPolicy, is_asked_once_for_each_error_and_counts_as_silent_when_it_throws) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  LogOf<std::string> asked;
  LogOf<std::string> events;
  Options options;
  options.retry_delay = 1ms;
  options.retry_count = 1;
  options.stable_after = 1h;
  options.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  options.retry_policy = [&](const Error& error) -> std::optional<Severity> {
    asked.add(std::to_string(error.close() == nullptr ? 0 : error.close()->code));
    throw std::runtime_error{"undecided"};
  };
  const auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  server->simulate_disconnect(testing::Disconnect::going_away());
  ASSERT_TRUE(events.wait_for("connected 2"));
  server->simulate_disconnect(testing::Disconnect::code(1008));
  ASSERT_TRUE(events.wait_for("stopped"));
  EXPECT_EQ(asked.all(), (std::vector<std::string>{"1001", "1008"}));
  EXPECT_EQ(client->get_state_metrics().handler_failures, 2U);
}

TEST(RetryPolicy, can_end_what_would_be_retried_and_retry_what_would_end) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  LogOf<std::string> events;
  Options options;
  options.retry_delay = 1ms;
  options.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  options.retry_policy = [](const Error& error) -> std::optional<Severity> {
    return classify(error) == Severity::fatal ? Severity::recoverable : Severity::fatal;
  };
  const auto client = Client::connect(server->url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  server->simulate_disconnect(testing::Disconnect::code(1008));
  ASSERT_TRUE(events.wait_for("connected 2"));
  server->simulate_disconnect(testing::Disconnect::going_away());
  ASSERT_TRUE(events.wait_for("stopped"));
  EXPECT_EQ(events.all().back(), "stopped");
  EXPECT_EQ(server->accepted(), 2U);
}

}  // namespace
}  // namespace zenws
