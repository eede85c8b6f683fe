// Many channels are asked for batch after batch, with progress, until they are all confirmed or the user has enough.
#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/batch_subscription.hpp>
#include <zenws/telemetry.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/venue.hpp"

namespace zenws::adapters {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::LogOf;
using testing::patience;
using testing::Server;
using testing::Venue;

std::vector<std::string> channels(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back("c" + std::to_string(i));
  return names;
}

struct BatchSubscriptionTest : ::testing::Test {
  Venue venue;
  Server server = *Server::start({.script = venue.script()});
  Options how{.retry_count = 5, .retry_delay = 1ms, .request_timeout = patience, .jitter = 0, .stable_after = 0ms};
  LogOf<BatchProgress> told;

  Client connect() {
    how.handler = [](const Message&) {};
    return *Client::connect(server.url(), how);
  }
  BatchOptions of(std::size_t size) {
    return {.batch_size = size, .on_progress = [this](const BatchProgress& progress) { told.add(progress); }};
  }
};

TEST_F(BatchSubscriptionTest, asks_batch_after_batch_and_tells_how_far_it_is) {
  const Client client = connect();
  auto run = BatchSubscription::start(client, channels(250), of(100));
  ASSERT_TRUE(run);
  const auto subscribed = run->wait(patience);
  ASSERT_TRUE(subscribed) << to_string(subscribed.error());
  EXPECT_EQ(subscribed->confirmed.size(), 250U);
  EXPECT_THAT(venue.batches(), ElementsAre(100, 100, 50));
  ASSERT_TRUE(told.wait_for_size(3));
  EXPECT_THAT(told.all(),
              ElementsAre(BatchProgress{.total = 250, .confirmed = 100}, BatchProgress{.total = 250, .confirmed = 200},
                          BatchProgress{.total = 250, .confirmed = 250, .done = true}));
  EXPECT_EQ(client.get_state_metrics().confirmed_size, 250U);
}

TEST_F(BatchSubscriptionTest, tells_what_the_server_refuses) {
  venue.refuse({"c1", "c4"});
  const Client client = connect();
  auto run = BatchSubscription::start(client, channels(6), of(3));
  ASSERT_TRUE(run);
  const auto subscribed = run->wait(patience);
  ASSERT_TRUE(subscribed);
  EXPECT_EQ(subscribed->confirmed.size(), 4U);
  ASSERT_EQ(subscribed->rejected.size(), 2U);
  EXPECT_EQ(subscribed->rejected[0].channel, "c1");
  EXPECT_EQ(subscribed->rejected[0].error, errc::subscription_rejected);
  EXPECT_EQ(run->progress(), (BatchProgress{.total = 6, .confirmed = 4, .rejected = 2, .done = true}));
}

TEST_F(BatchSubscriptionTest, tells_of_no_rate_limiter_where_none_was_made) {
  LogOf<std::string> events;
  ASSERT_TRUE(telemetry::attach_many("limiters", telemetry::events(), [&](const telemetry::Event& event) {
    if (event.name.contains("rate_limiter")) events.add(std::string{event.name});
  }));
  const Client client = connect();
  BatchOptions paused = of(1);
  paused.delay = 5ms;
  auto run = BatchSubscription::start(client, channels(3), paused);
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->wait(patience));
  EXPECT_TRUE(telemetry::detach("limiters"));
  EXPECT_EQ(events.size(), 0U);
}

TEST_F(BatchSubscriptionTest, asks_for_no_channel_twice) {
  const Client client = connect();
  auto run = BatchSubscription::start(client, {"a", "b", "a"}, of(10));
  ASSERT_TRUE(run && run->wait(patience));
  EXPECT_THAT(venue.batches(), ElementsAre(2));
  EXPECT_EQ(run->progress().total, 2U);
}

TEST_F(BatchSubscriptionTest, asks_for_nothing_more_once_cancelled) {
  const Client client = connect();
  BatchOptions slow = of(1);
  slow.delay = 1h;
  auto run = BatchSubscription::start(client, channels(100), slow);
  ASSERT_TRUE(run);
  ASSERT_TRUE(told.wait_for_size(1));
  run->cancel();
  const auto subscribed = run->wait(patience);
  ASSERT_TRUE(subscribed);
  EXPECT_EQ(subscribed->confirmed.size(), 1U);
  EXPECT_TRUE(run->progress().done);
  EXPECT_EQ(client.get_state_metrics().subscriptions_size, 1U);
}

TEST_F(BatchSubscriptionTest, is_cancelled_when_nobody_holds_it) {
  const Client client = connect();
  BatchOptions slow = of(1);
  slow.delay = 1h;
  {
    auto run = BatchSubscription::start(client, channels(100), slow);
  }
  EXPECT_LE(client.get_state_metrics().subscriptions_size, 1U);
}

TEST_F(BatchSubscriptionTest, tells_nothing_more_once_nobody_holds_it) {
  Client client = connect();
  venue.be_silent(true);
  std::promise<void> is_telling;
  std::promise<void> go_on;
  std::atomic<bool> has_told{false};
  BatchOptions how_to = of(1);
  how_to.on_progress = [&](const BatchProgress&) {
    is_telling.set_value();
    go_on.get_future().wait();
    has_told = true;
  };
  auto run = std::optional{*BatchSubscription::start(client, channels(1), how_to)};
  server.simulate_disconnect(testing::Disconnect::abrupt());
  is_telling.get_future().wait();
  std::thread release{[&] { go_on.set_value(); }};
  run.reset();
  EXPECT_TRUE(has_told);
  release.join();
}

TEST_F(BatchSubscriptionTest, may_be_let_go_of_where_it_tells) {
  Client client = connect();
  std::promise<void> told_once;
  std::optional<BatchSubscription> run;
  std::promise<void> started;
  BatchOptions how_to = of(1);
  how_to.on_progress = [&, ready = started.get_future().share()](const BatchProgress&) {
    ready.wait();
    run.reset();
    told_once.set_value();  // a second time it would throw
  };
  run = *BatchSubscription::start(client, channels(10), how_to);
  started.set_value();
  told_once.get_future().wait();
  ASSERT_TRUE(client.close());
}

TEST_F(BatchSubscriptionTest, goes_on_after_a_lost_connection) {
  Client client = connect();
  BatchOptions paced = of(10);
  paced.delay = 2ms;
  auto run = BatchSubscription::start(client, channels(100), paced);
  ASSERT_TRUE(run);
  ASSERT_TRUE(told.wait_for_size(2));
  server.simulate_disconnect(testing::Disconnect::abrupt());
  const auto subscribed = run->wait(patience);
  ASSERT_TRUE(subscribed) << to_string(subscribed.error());
  EXPECT_EQ(subscribed->confirmed.size() + subscribed->rejected.size(), 100U);
  for (const auto& one : subscribed->rejected) EXPECT_EQ(one.error, errc::disconnected) << one.channel;
  EXPECT_TRUE(testing::eventually([&] { return client.get_state_metrics().confirmed_size == 100; }));
}

TEST_F(BatchSubscriptionTest, ends_with_its_client) {
  Client client = connect();
  venue.be_silent(true);
  auto run = BatchSubscription::start(client, channels(10), of(1));
  ASSERT_TRUE(run);
  ASSERT_TRUE(testing::eventually([&] { return venue.ignored() == 1; }));
  EXPECT_EQ(run->wait(1ms).error(), errc::timeout);
  ASSERT_TRUE(client.close());
  EXPECT_EQ(run->wait(patience).error(), errc::closed);
}

TEST_F(BatchSubscriptionTest, ends_with_its_client_in_a_pause_too) {
  Client client = connect();
  BatchOptions slow = of(1);
  slow.delay = 1h;
  auto run = BatchSubscription::start(client, channels(10), slow);
  ASSERT_TRUE(run);
  ASSERT_TRUE(told.wait_for_size(1));
  std::promise<void> is_pausing;
  ASSERT_TRUE(client.post([&] { is_pausing.set_value(); }));
  is_pausing.get_future().wait();
  ASSERT_TRUE(client.close());
  EXPECT_EQ(run->wait(patience).error(), errc::closed);
}

TEST_F(BatchSubscriptionTest, is_not_done_when_it_is_cancelled_before_a_batch_is_answered) {
  Client client = connect();
  BatchOptions paced = of(1);
  paced.delay = 1ms;
  paced.on_progress = [&](const BatchProgress& progress) {
    venue.be_silent(true);
    told.add(progress);
  };
  auto run = BatchSubscription::start(client, channels(10), paced);
  ASSERT_TRUE(run);
  ASSERT_TRUE(testing::eventually([&] { return venue.ignored() == 1; }));
  run->cancel();
  EXPECT_FALSE(run->progress().done);
  ASSERT_TRUE(client.close());
  EXPECT_EQ(run->wait(patience).error(), errc::closed);
}

TEST_F(BatchSubscriptionTest, does_not_wait_on_the_clients_own_loop) {
  LogOf<std::error_code> answers;
  std::optional<BatchSubscription> run;
  std::atomic<bool> is_running{false};
  how.on_lifecycle = [&](const Lifecycle& event) {
    if (is_running && std::holds_alternative<Disconnected>(event)) answers.add(run->wait(patience).error().code());
  };
  const Client client = connect();
  venue.be_silent(true);
  auto started = BatchSubscription::start(client, channels(1), of(1));
  ASSERT_TRUE(started);
  run = *started;
  is_running = true;
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(answers.wait_for_size(1));
  EXPECT_EQ(answers.all().front(), errc::would_deadlock);
}

TEST_F(BatchSubscriptionTest, refuses_what_makes_no_sense) {
  const Client client = connect();
  EXPECT_EQ(BatchSubscription::start(client, {}).error(), errc::invalid_config);
  EXPECT_EQ(BatchSubscription::start(client, {"a", ""}).error(), errc::invalid_config);
  EXPECT_EQ(BatchSubscription::start(client, {"a"}, {.batch_size = 0}).error(), errc::invalid_config);
  EXPECT_EQ(BatchSubscription::start(client, {"a"}, {.delay = -1ms}).error(), errc::invalid_config);
}

}  // namespace
}  // namespace zenws::adapters
