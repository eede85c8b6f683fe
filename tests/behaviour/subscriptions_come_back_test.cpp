// What is subscribed is what the server confirmed, and after a reconnect it is subscribed again, all of it, or told.
#include <future>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::eventually;
using testing::LogOf;
using testing::patience;
using testing::Server;
using testing::Venue;
using Names = std::vector<std::string>;
using Set = std::set<std::string>;

class Subscriptions : public ::testing::Test {
 protected:
  Options options() {
    Options options{.retry_count = unlimited,
                    .retry_delay = 1ms,
                    .max_backoff = 4ms,
                    .request_timeout = patience,
                    .jitter = 0,
                    .stable_after = 0ms};
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    options.handler = [this](const Message&) { heard.add("message"); };
    return options;
  }
  Client connect(Options options) { return *Client::connect(server.url(), std::move(options)); }
  Client connect() { return connect(options()); }

  Venue venue;
  Server server = *Server::start({.script = venue.script()});
  LogOf<std::string> events;
  LogOf<std::string> heard;
};

TEST_F(Subscriptions, are_confirmed_by_the_servers_answer) {
  Client client = connect();
  const auto subscribed = client.subscribe_and_wait({"A", "B"});
  ASSERT_TRUE(subscribed) << to_string(subscribed.error());
  EXPECT_EQ(subscribed->confirmed, (Names{"A", "B"}));
  EXPECT_TRUE(subscribed->rejected.empty());
  EXPECT_EQ(venue.subscribed(1), (Set{"A", "B"}));
  EXPECT_EQ(client.get_state_metrics().subscriptions_size, 2U);
  EXPECT_EQ(client.get_state_metrics().confirmed_size, 2U);
  EXPECT_EQ(heard.size(), 0U) << "the answer is the library's";
}

TEST_F(Subscriptions, that_the_server_refuses_are_told_and_left_out) {
  venue.refuse({"nonsense"});
  Client client = connect();
  const auto subscribed = client.subscribe_and_wait({"A", "nonsense"});
  ASSERT_TRUE(subscribed);
  EXPECT_EQ(subscribed->confirmed, Names{"A"});
  ASSERT_EQ(subscribed->rejected.size(), 1U);
  EXPECT_EQ(subscribed->rejected[0].channel, "nonsense");
  EXPECT_EQ(subscribed->rejected[0].error, errc::subscription_rejected);
  EXPECT_TRUE(events.wait_for("rejected nonsense"));
  EXPECT_EQ(client.get_state_metrics().subscriptions_size, 1U);
  EXPECT_EQ(client.get_state_metrics().rejected_subscriptions, 1U);
  EXPECT_EQ(client.subscribe_and_wait({"nonsense"}).error(), errc::subscription_rejected);
}

TEST_F(Subscriptions, come_back_after_every_kind_of_loss) {
  Client client = connect();
  ASSERT_TRUE(client.subscribe_and_wait({"A", "B"}));
  std::uint64_t epoch = 1;
  for (const auto& how : {Disconnect::abrupt(), Disconnect::going_away(), Disconnect::code(1012)}) {
    server.simulate_disconnect(how);
    ++epoch;
    ASSERT_TRUE(events.wait_until([&](const Names& all) {
      return static_cast<std::uint64_t>(std::ranges::count(all, "restored A B")) == epoch - 1;
    }));
    EXPECT_EQ(venue.subscribed(epoch), (Set{"A", "B"}));
    EXPECT_EQ(client.get_state_metrics().confirmed_size, 2U);
  }
  EXPECT_EQ(events.all().at(3), "connected 2");
  EXPECT_EQ(events.all().at(4), "degraded A B");
  EXPECT_EQ(events.all().at(5), "restored A B");
}

TEST_F(Subscriptions, dropped_by_the_user_stay_dropped) {
  Client client = connect();
  ASSERT_TRUE(client.subscribe_and_wait({"A", "B"}));
  ASSERT_TRUE(client.unsubscribe({"A"}));
  ASSERT_TRUE(eventually([&] { return venue.subscribed(1) == Set{"B"}; }));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("restored B"));
  EXPECT_EQ(venue.subscribed(2), Set{"B"});
}

TEST_F(Subscriptions, wanted_while_away_are_subscribed_on_return) {
  Client client = connect();
  const auto port = server.port();
  server.stop();
  ASSERT_TRUE(events.wait_for("reconnecting 1"));
  ASSERT_TRUE(client.subscribe({"late"}));
  server = *Server::start({.port = port, .script = venue.script()});
  ASSERT_TRUE(events.wait_for("restored late"));
  EXPECT_EQ(venue.subscribed(1), Set{"late"});
}

TEST_F(Subscriptions, are_not_restored_when_the_user_does_not_want_that) {
  Options once = options();
  once.restore_subscriptions = false;
  Client client = connect(once);
  ASSERT_TRUE(client.subscribe_and_wait({"A"}));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  ASSERT_TRUE(client.subscribe_and_wait({"B"}));
  EXPECT_EQ(venue.subscribed(2), Set{"B"});
  EXPECT_EQ(std::ranges::count_if(events.all(), [](const auto& e) { return e.starts_with("degraded"); }), 0);
}

TEST_F(Subscriptions, end_those_who_began_to_wait_between_two_connections) {
  Options patient = options();
  patient.retry_delay = patient.max_backoff = patient.stable_after = 1h;
  Client client = connect(patient);
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(eventually([&] { return client.get_state() == State::reconnecting; }));
  auto waiting = std::async([&] { return client.subscribe_and_wait({"A"}, 1h); });
  ASSERT_TRUE(eventually([&] { return client.get_state_metrics().subscriptions_size == 1; }));
  EXPECT_TRUE(client.close());
  EXPECT_EQ(waiting.get().error(), errc::closed);
}

TEST_F(Subscriptions, go_out_in_batches) {
  Options batches = options();
  batches.subscribe_batch_size = 40;
  Client client = connect(batches);
  Names names;
  for (int i = 0; i < 100; ++i) names.push_back("channel." + std::to_string(i));
  const auto subscribed = client.subscribe_and_wait(names);
  ASSERT_TRUE(subscribed);
  EXPECT_EQ(subscribed->confirmed.size(), 100U);
  EXPECT_EQ(venue.batches(), (std::vector<std::size_t>{40, 40, 20}));
}

TEST_F(Subscriptions, end_their_waiters_when_the_connection_does) {
  venue.be_silent(true);
  Client client = connect();
  auto waiting = std::async([&] { return client.subscribe_and_wait({"A"}); });
  ASSERT_TRUE(eventually([&] { return venue.ignored() == 1; }));
  venue.be_silent(false);
  server.simulate_disconnect(Disconnect::abrupt());
  EXPECT_EQ(waiting.get().error(), errc::disconnected);
  EXPECT_TRUE(events.wait_for("restored A")) << "still wanted";
  venue.be_silent(true);
  EXPECT_EQ(client.subscribe_and_wait({"B"}, 20ms).error(), errc::timeout);
  auto closing = std::async([&] { return client.subscribe_and_wait({"C"}); });
  ASSERT_TRUE(eventually([&] { return venue.ignored() == 3; }));
  EXPECT_TRUE(client.close());
  EXPECT_EQ(closing.get().error(), errc::closed);
  EXPECT_EQ(client.subscribe({"D"}).error(), errc::closed);
}

TEST_F(Subscriptions, need_names) {
  Client client = connect();
  EXPECT_EQ(client.subscribe({}).error(), errc::invalid_config);
  EXPECT_EQ(client.subscribe({"A", ""}).error(), errc::invalid_config);
  EXPECT_EQ(client.unsubscribe({}).error(), errc::invalid_config);
  EXPECT_EQ(server.received_count(), 0U);
}

TEST_F(Subscriptions, with_data_are_left_alone_by_the_watchdog) {
  Options watched = options();
  watched.silence_timeout = 2s;
  Client client = connect(watched);
  ASSERT_TRUE(client.subscribe_and_wait({"A"}));
  for (int i = 0; i < 40; ++i) {
    server.inject_message(Venue::update("A", i));
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(events.all(), Names{"connected 1"});
  EXPECT_GE(heard.size(), 30U);
}

TEST_F(Subscriptions, work_from_the_handler_and_for_completion_tokens) {
  LogOf<std::string> ended;
  std::optional<Client> self;
  Options inside = options();
  inside.handler =
      overloaded{[&](const TextMessage&) {
                   ended.add(self->subscribe_and_wait({"A"}).error() == errc::would_deadlock ? "deadlock" : "?");
                   async_subscribe(*self, {"A"}, [&](const Result<Subscribed>& result) {
                     ended.add(result ? "confirmed " + result->confirmed.at(0) : to_string(result.error()));
                   });
                 },
                 [](const auto&) {}};
  self = connect(inside);
  server.inject_message("go");
  ASSERT_TRUE(ended.wait_for_size(2));
  EXPECT_EQ(ended.all(), (Names{"deadlock", "confirmed A"}));
}

// A venue that confirms channel by channel: `+A`, `-A why`.
class OneByOne final : public Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t) const override {
    return R"({"op":"subscribe","channel":")" + channels.front() + "\"}";
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string> channels, std::int64_t) const override {
    return R"({"op":"unsubscribe","channel":")" + channels.front() + "\"}";
  }
  [[nodiscard]] Reading read(const simdjson::dom::element& message) const override {
    std::string_view event;
    std::string_view channel;
    if (message["event"].get(event) != simdjson::SUCCESS || message["channel"].get(channel) != simdjson::SUCCESS)
      return {};
    if (event == "subscribed") return {.kind = Reading::Kind::confirmed, .channel = channel};
    if (event == "error") return {.kind = Reading::Kind::rejected, .channel = channel, .text = "unknown"};
    return {.kind = Reading::Kind::update, .channel = channel};
  }
};

TEST_F(Subscriptions, speak_a_language_of_the_users_own) {
  server.set_script([](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
    const bool good = message.payload.contains("\"A\"");
    return {{false, R"({"event":")" + std::string{good ? "subscribed" : "error"} + R"(","channel":")" +
                        (good ? "A" : "B") + "\"}"}};
  });
  Options own = options();
  own.dialect = std::make_shared<OneByOne>();
  own.subscribe_batch_size = 1;
  Client client = connect(own);
  const auto subscribed = client.subscribe_and_wait({"A", "B"});
  ASSERT_TRUE(subscribed) << to_string(subscribed.error());
  EXPECT_EQ(subscribed->confirmed, Names{"A"});
  EXPECT_EQ(subscribed->rejected.at(0).error.detail(), "unknown");
}

}  // namespace
}  // namespace zenws
