// A server that lets everybody in and throws them out again is met with backoff, one attempt at a time.
#include <atomic>
#include <future>

#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

using Delays = std::vector<std::chrono::milliseconds>;

struct AcceptThenClose : Fault {
  LogOf<std::chrono::milliseconds> delays;

  Options options() {
    Options options = Fault::options();
    options.stable_after = 5s;
    options.retry_count = 5;
    options.retry_delay = 2ms;
    options.max_backoff = 8ms;
    options.on_lifecycle = [this, tell = options.on_lifecycle](const Lifecycle& event) {
      if (const auto* again = std::get_if<Reconnecting>(&event)) delays.add(again->delay);
      tell(event);
    };
    return options;
  }
};

TEST_F(AcceptThenClose, before_the_upgrade_is_spaced_by_backoff_and_counted) {
  auto server = Server::start({.faults = {.accept_then_close = true}});
  ASSERT_TRUE(server);
  const auto client = Client::connect(server->url(), options());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::max_reconnection_attempts);
  EXPECT_EQ(delays.all(), (Delays{2ms, 4ms, 8ms, 8ms, 8ms}));
  EXPECT_EQ(server->accepted(), 6U);
}

TEST_F(AcceptThenClose, right_after_the_upgrade_is_the_same) {
  // A close frame, 1013 "try again later".
  auto server = Server::start({.faults = {.raw_after_upgrade = "\x88\x02\x03\xf5"}});
  ASSERT_TRUE(server);
  const auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(sees("stopped"));
  EXPECT_EQ(delays.all(), (Delays{2ms, 4ms, 8ms, 8ms, 8ms}));
  EXPECT_EQ(server->accepted(), 6U);
  EXPECT_EQ(client->get_state_metrics().epoch, 6U);
}

TEST_F(AcceptThenClose, in_a_storm_ends_with_the_storm) {
  auto server = Server::start({.faults = {.accept_then_close = true}});
  ASSERT_TRUE(server);
  Options patient = options();
  patient.retry_count = unlimited;
  breaks();
  auto connecting = std::async([&] { return Client::connect(server->url(), patient); });
  ASSERT_TRUE(delays.wait_for_size(20));
  mends();
  server->set_faults({});
  ASSERT_TRUE(connecting.get());
  Delays expected{2ms, 4ms};
  expected.resize(delays.size(), 8ms);
  EXPECT_EQ(delays.all(), expected);
  EXPECT_EQ(server->accepted(), delays.size() + 1) << "one attempt for each delay";
  tell("accept-then-close storm", "reconnecting", "connected",
       fmt::format(" {} attempts, 2, 4, 8, 8 … ms apart", delays.size() + 1));
}

TEST_F(AcceptThenClose, resets_the_backoff_only_once_a_connection_is_stable) {
  auto server = Server::start({.faults = {.raw_after_upgrade = "\x88\x02\x03\xf5"}});
  ASSERT_TRUE(server);
  Options how = options();
  how.stable_after = 0ms;  // every connection is
  const auto client = Client::connect(server->url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(delays.wait_for_size(20)) << "it never gives up";
  for (const auto delay : delays.all()) EXPECT_EQ(delay, 0ms);
}

TEST_F(AcceptThenClose, never_meets_two_attempts_at_once) {
  auto server = Server::start({.faults = {.delay_upgrade = 1h}});
  ASSERT_TRUE(server);
  Options how = options();
  how.timeout = 20ms;
  how.retry_delay = 1ms;  // far shorter than an attempt
  std::atomic<int> asked{0};
  std::atomic<int> failed{0};
  how.retry_policy = [&](const Error&) -> std::optional<Severity> {
    ++failed;
    return std::nullopt;
  };
  how.endpoint_provider = [&](int, const Error*) -> Result<Endpoint> {
    EXPECT_EQ(asked++, failed) << "the last attempt is still running";
    return Endpoint{.url = server->url(), .headers = {}, .subprotocols = {}};
  };
  const auto client = Client::connect(server->url(), how);
  ASSERT_FALSE(client);
  EXPECT_EQ(asked, 6);
  EXPECT_EQ(failed, 6);
}

}  // namespace
}  // namespace zenws::testing
