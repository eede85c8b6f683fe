// A refused token ends the client at once, unless the user brings a fresh one for the next attempt.
#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

const HttpResponse unauthorized{401, "Unauthorized", {}, {}};

std::optional<Severity> again_when_unauthorized(const Error& error) {
  if (error.http() == nullptr || error.http()->status != 401) return std::nullopt;
  return Severity::recoverable;
}

struct AnExpiredToken : Fault {
  Server server = *Server::start({.faults = {.refuse_upgrade = unauthorized}});

  Options impatient() {
    Options options;
    options.retry_delay = 1ms;
    return options;
  }
  // Token n goes with attempt n; the server lets the second one in.
  EndpointProvider fresh_tokens() {
    return [this](int attempt, const Error* last) -> Result<Endpoint> {
      if (last != nullptr) server.set_faults({});
      return Endpoint{.url = server.url("/" + std::to_string(attempt)),
                      .headers = {{"Authorization", "Bearer " + std::to_string(attempt)}},
                      .subprotocols = {}};
    };
  }
};

TEST_F(AnExpiredToken, is_not_retried) {
  Options options = impatient();
  options.endpoint_provider = fresh_tokens();
  const auto client = Client::connect("", options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::upgrade_rejected);
  EXPECT_EQ(server.accepted(), 1U);
}

TEST_F(AnExpiredToken, is_replaced_when_the_policy_says_that_a_new_one_may_help) {
  Options options = impatient();
  options.endpoint_provider = fresh_tokens();
  options.retry_policy = again_when_unauthorized;
  const auto client = Client::connect("", options);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_EQ(server.upgrades().size(), 2U);
  for (std::size_t attempt : {0U, 1U}) {
    const UpgradeSeen seen = server.upgrades()[attempt];
    EXPECT_EQ(seen.target, "/" + std::to_string(attempt));
    EXPECT_NE(std::ranges::find(seen.headers, Header{"Authorization", "Bearer " + std::to_string(attempt)}),
              seen.headers.end());
  }
}

TEST_F(AnExpiredToken, during_an_outage_is_replaced_on_the_way_back) {
  server.set_faults({});
  Options long_lived = options();
  long_lived.retry_policy = again_when_unauthorized;
  long_lived.endpoint_provider = [&](int attempt, const Error* last) -> Result<Endpoint> {
    if (last != nullptr && last->http() != nullptr) server.set_faults({});
    return Endpoint{.url = server.url("/" + std::to_string(attempt)), .headers = {}, .subprotocols = {}};
  };
  const auto client = Client::connect("", long_lived);
  ASSERT_TRUE(client) << to_string(client.error());
  server.set_faults({.refuse_upgrade = unauthorized});
  breaks();
  server.simulate_disconnect(Disconnect::going_away());
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_TRUE(sees("reconnecting 2"));
  EXPECT_EQ(lines().back(), "connected 2");
  EXPECT_EQ(server.accepted(), 3U);
  tell("401 once on the way back, then a new token", "reconnecting 2", "connected");
}

TEST_F(AnExpiredToken, uses_up_the_retries_when_no_new_one_comes) {
  Options options = impatient();
  options.retry_count = 2;
  options.retry_policy = again_when_unauthorized;
  const auto client = Client::connect(server.url(), options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::max_reconnection_attempts);
  EXPECT_EQ(server.accepted(), 3U);
}

TEST_F(AnExpiredToken, is_asked_for_before_each_attempt_with_the_reason_of_the_last) {
  LogOf<std::string> asked;
  Options options = impatient();
  options.retry_policy = again_when_unauthorized;
  options.stable_after = 1h;  // the count of retries goes on
  options.endpoint_provider = [&](int attempt, const Error* last) -> Result<Endpoint> {
    asked.add(std::to_string(attempt) + " " + (last == nullptr ? "first" : std::string{to_string(last->phase())}));
    if (attempt == 1) server.set_faults({});
    return Endpoint{.url = server.url(), .headers = {}, .subprotocols = {}};
  };
  const auto client = Client::connect("", options);
  ASSERT_TRUE(client) << to_string(client.error());
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(asked.wait_for_size(3));
  EXPECT_EQ(asked.all(), (std::vector<std::string>{"0 first", "1 upgrade", "2 open"}));
}

}  // namespace
}  // namespace zenws::testing
