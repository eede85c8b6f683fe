// How a venue is greeted, kept alive and paid, its dialect says; where the user says it too, the user's holds.
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/testing/server.hpp>

#include "support/connect.hpp"
#include "support/eventually.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::connect;
using testing::LogOf;
using testing::patience;
using testing::Server;

// A venue that wants "hello" first, hears "beat ID" and answers by the id, and charges by the length.
class Venue : public Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t) const override {
    return "subscribe " + channels.front();
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string>, std::int64_t) const override { return "no more"; }
  [[nodiscard]] Greeting greet() const override {
    return [](const ClientRef& ref, Authenticated done) {
      auto client = ref.lock();
      done(client ? client->send_message("hello") : Result<>{});
    };
  }
  [[nodiscard]] Heartbeat heartbeat() const override {
    return Heartbeat::by_request([](std::int64_t id) { return R"({"beat":)" + std::to_string(id) + "}"; }, {}, 1ms);
  }
  [[nodiscard]] std::uint64_t cost(std::string_view message) const override { return message.size(); }
};

class Throws : public Venue {
 public:
  [[nodiscard]] Heartbeat heartbeat() const override { throw std::runtime_error{"no idea"}; }
};

struct ADialect : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> events;

  Options options(std::shared_ptr<const Dialect> dialect = std::make_shared<Venue>()) {
    Options options;
    options.dialect = std::move(dialect);
    options.max_missed_heartbeats = 0;
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    return options;
  }
  // Answers heartbeats; to all else nothing.
  void answers_beats() {
    server.set_script([](const testing::ReceivedMessage& message) {
      std::vector<testing::Reply> replies;
      if (message.payload.starts_with(R"({"beat":)")) {
        const std::string id = message.payload.substr(8, message.payload.size() - 9);
        replies.push_back({.payload = R"({"id":)" + id + R"(,"result":true})"});
      }
      return replies;
    });
  }
  bool has_received(std::size_t count) {
    return testing::eventually([&] { return server.received().size() >= count; });
  }
  std::string first_message() {
    EXPECT_TRUE(has_received(1));
    return server.received().empty() ? "" : server.received().front().payload;
  }
};

TEST_F(ADialect, greets_each_connection_before_channels_are_restored) {
  Options quiet = options();
  quiet.heartbeat = Heartbeat::off();
  quiet.retry_delay = 1ms;
  Client client = connect(server.url(), quiet);
  ASSERT_TRUE(client.subscribe({"a"}));
  ASSERT_TRUE(assert_message_sent(server, "subscribe a", patience));
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  ASSERT_TRUE(has_received(4));
  std::vector<std::string> texts;
  for (const auto& message : server.received()) texts.push_back(message.payload);
  EXPECT_EQ(texts, (std::vector<std::string>{"hello", "subscribe a", "hello", "subscribe a"}));
}

TEST_F(ADialect, greets_nobody_when_the_user_does) {
  Options mine = options();
  mine.authenticate = [](const ClientRef& ref, Authenticated done) {
    auto client = ref.lock();
    done(client ? client->send_message("good morning") : Result<>{});
  };
  mine.heartbeat = Heartbeat::off();
  Client client = connect(server.url(), mine);
  EXPECT_EQ(first_message(), "good morning");
}

TEST_F(ADialect, keeps_a_connection_alive_by_its_own_heartbeat) {
  answers_beats();
  LogOf<std::string> seen;
  Options settings = options();
  settings.handler = [&](const Message& message) {
    seen.add(std::holds_alternative<JsonMessage>(message) ? "json" : "?");
  };
  Client client = connect(server.url(), settings);
  ASSERT_TRUE(has_received(4));
  ASSERT_TRUE(testing::eventually([&] { return client.get_heartbeat_health().last_rtt.has_value(); }));
  EXPECT_EQ(client.get_heartbeat_health().type, HeartbeatType::request);
  EXPECT_EQ(client.get_heartbeat_health().interval, 1ms);
  EXPECT_TRUE(client.close());
  EXPECT_TRUE(seen.all().empty());
}

TEST_F(ADialect, leaves_the_heartbeat_to_the_user_who_has_one_or_wants_none) {
  Options mine = options();
  mine.heartbeat = Heartbeat::ping_pong(1h);
  EXPECT_EQ(connect(server.url(), mine).get_heartbeat_health().type, HeartbeatType::ping_pong);
  mine.heartbeat = Heartbeat::off();
  const HeartbeatHealth none = connect(server.url(), mine).get_heartbeat_health();
  EXPECT_EQ(none.type, HeartbeatType::off);
  EXPECT_FALSE(none.timer_active);
  EXPECT_EQ(none.interval, 0ms);
}

TEST_F(ADialect, of_a_known_venue_has_its_heartbeat_and_none_is_assumed) {
  EXPECT_EQ(connect(server.url(), options(Dialect::deribit())).get_heartbeat_health().type, HeartbeatType::deribit);
  EXPECT_EQ(connect(server.url(), options(Dialect::binance())).get_heartbeat_health().type, HeartbeatType::binance);
  EXPECT_EQ(connect(server.url(), options(Dialect::json_rpc("s", "u"))).get_heartbeat_health().type,
            HeartbeatType::disabled);
  EXPECT_EQ(connect(server.url(), options(nullptr)).get_heartbeat_health().type, HeartbeatType::disabled);
}

TEST_F(ADialect, says_what_a_message_costs_unless_the_limiter_does) {
  const auto spent = [&](std::shared_ptr<const Dialect> dialect, RateLimiterOptions settings) {
    settings.tokens = 100;
    settings.refill_interval = 24h;
    const auto limiter = RateLimiter::create(std::move(settings)).value();
    Options limited = options(std::move(dialect));
    limited.heartbeat = Heartbeat::off();
    limited.authenticate = [](const ClientRef&, Authenticated done) { done({}); };
    limited.rate_limiter = limiter;
    Client client = connect(server.url(), limited);
    EXPECT_TRUE(client.send_message("12345"));
    EXPECT_TRUE(client.send_message(R"({"id":1,"method":"private/buy"})"));
    return 100 - limiter->status().tokens;
  };
  EXPECT_EQ(spent(std::make_shared<Venue>(), {}), 5U + 31U);
  EXPECT_EQ(spent(std::make_shared<Venue>(), {.request_cost = rate_cost::simple}), 2U);
  EXPECT_EQ(spent(Dialect::deribit(), {}), 5U + 15U);
  EXPECT_EQ(spent(Dialect::json_rpc("s", "u"), {}), 2U);
  EXPECT_EQ(spent(nullptr, {}), 2U);
  const auto alone = RateLimiter::create({.tokens = 10, .refill_interval = 24h}).value();
  ASSERT_TRUE(alone->consume("12345"));
  EXPECT_EQ(alone->status().tokens, 9U);
}

TEST_F(ADialect, refuses_channels_whose_request_costs_more_than_the_limiter_holds) {
  Options limited = options(Dialect::deribit());
  limited.rate_limiter = RateLimiter::create({.tokens = 3}).value();
  const auto subscribed = connect(server.url(), limited).subscribe_and_wait({"user.orders"});
  ASSERT_FALSE(subscribed);
  EXPECT_EQ(subscribed.error(), errc::subscription_rejected);
  EXPECT_EQ(subscribed.error().detail(), "costs 5 tokens, the bucket holds 3");
}

TEST_F(ADialect, that_throws_is_an_error_of_connect) {
  const auto client = Client::connect(server.url(), options(std::make_shared<Throws>()));
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::invalid_config);
  EXPECT_EQ(client.error().detail(), "the dialect threw: no idea");
}

TEST_F(ADialect, with_a_heartbeat_that_cannot_be_is_refused) {
  struct Unready : Venue {
    [[nodiscard]] Heartbeat heartbeat() const override { return {.type = HeartbeatType::request}; }
  };
  const auto client = Client::connect(server.url(), options(std::make_shared<Unready>()));
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().detail(), "A heartbeat by request needs a function that makes the request");
}

}  // namespace
}  // namespace zenws
