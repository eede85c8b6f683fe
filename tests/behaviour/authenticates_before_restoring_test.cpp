// With an authenticate hook a client counts as connected when it is logged in, on each connection anew, and not before.
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::LogOf;
using testing::patience;
using testing::Server;
using testing::Venue;
using Names = std::vector<std::string>;

class Authenticates : public ::testing::Test {
 protected:
  Options options() {
    Options options{
        .retry_count = 3, .retry_delay = 1ms, .request_timeout = patience, .jitter = 0, .stable_after = 0ms};
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    options.handler = [](const Message&) {};
    return options;
  }
  // Logs in by a request, like a user would.
  std::function<void(const ClientRef&, Authenticated)> by_request() {
    return [](const ClientRef& ref, Authenticated done) {
      const auto client = ref.lock();
      if (!client) return;
      async_request(*client, "public/auth", [done = std::move(done)](const Result<Response>& answer) mutable {
        done(answer ? Result<>{} : std::unexpected{answer.error()});
      });
    };
  }
  Venue venue;
  Server server = *Server::start({.script = venue.script()});
  LogOf<std::string> events;
};

TEST_F(Authenticates, on_each_connection_before_subscriptions_are_restored) {
  Options with = options();
  with.authenticate = by_request();
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe_and_wait({"user.trades"}));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("restored user.trades"));
  Names sent;
  for (const auto& message : server.received()) {
    sent.push_back(std::to_string(message.connection) + (message.payload.contains("auth") ? " auth" : " subscribe"));
  }
  EXPECT_EQ(sent, (Names{"1 auth", "1 subscribe", "2 auth", "2 subscribe"}));
}

TEST_F(Authenticates, by_an_answer_that_came_in_time_though_the_loop_was_busy_then) {
  Options with = options();
  with.retry_count = 0;
  with.request_timeout = 50ms;
  with.authenticate = [this](const ClientRef& ref, Authenticated done) {
    auto client = ref.lock();
    ASSERT_TRUE(client);
    auto answered = [done = std::move(done)](const Result<Response>& answer) mutable {
      done(answer ? Result<>{} : std::unexpected{answer.error()});
    };
    async_request(*client, "public/auth", std::move(answered), {}, patience);
    ASSERT_TRUE(client->post([this] {
      EXPECT_TRUE(testing::eventually([this] { return !server.received().empty(); }));
      std::this_thread::sleep_for(100ms);
    }));
  };
  const auto client = Client::connect(server.url(), with);
  EXPECT_TRUE(client) << to_string(client.error());
}

TEST_F(Authenticates, before_connect_returns_and_connected_is_told) {
  Options with = options();
  with.authenticate = [&](const ClientRef& ref, Authenticated done) {
    events.add("asked while " + std::string{to_string(ref.lock()->get_state())});
    std::thread{[done = std::move(done)]() mutable {
      std::this_thread::sleep_for(20ms);
      done({});
    }}.detach();
  };
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client);
  EXPECT_EQ(client->get_state(), State::connected);
  EXPECT_EQ(events.all(), (Names{"asked while connecting", "connected 1"}));
}

TEST_F(Authenticates, and_a_fatal_refusal_ends_the_client_without_retries) {
  Options with = options();
  with.authenticate = [](const ClientRef&, Authenticated done) {
    done(std::unexpected{Error{errc::unauthorized, Phase::open, "13004: invalid_credentials"}});
  };
  const auto client = Client::connect(server.url(), with);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::unauthorized) << to_string(client.error());
  EXPECT_EQ(server.accepted(), 1U);
  EXPECT_EQ(events.all(), Names{"stopped"});
}

TEST_F(Authenticates, again_after_a_refusal_that_may_pass) {
  Options with = options();
  with.stable_after = 5s;
  int asked = 0;
  with.authenticate = [&](const ClientRef&, Authenticated done) {
    if (++asked < 3) return done(std::unexpected{Error{errc::timeout, Phase::open, "the login service is busy"}});
    done({});
  };
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_EQ(events.all(), (Names{"reconnecting 1", "reconnecting 2", "connected 3"}));
}

TEST_F(Authenticates, within_request_timeout) {
  Options with = options();
  with.retry_count = 0;
  with.request_timeout = 30ms;
  Authenticated kept;
  with.authenticate = [&](const ClientRef&, Authenticated done) { kept = std::move(done); };
  const auto client = Client::connect(server.url(), with);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::timeout) << to_string(client.error());
  kept({});  // too late: nothing happens
}

TEST_F(Authenticates, or_is_told_lost_when_nobody_answers_or_the_hook_throws) {
  Options with = options();
  with.retry_count = 0;
  with.authenticate = [](const ClientRef&, const Authenticated&) {};
  EXPECT_EQ(Client::connect(server.url(), with).error(), errc::disconnected);
  with.authenticate = [](const ClientRef&, const Authenticated&) { throw std::runtime_error{"no key"}; };
  EXPECT_EQ(Client::connect(server.url(), with).error(), errc::disconnected);
}

TEST_F(Authenticates, under_connect_deadline_too) {
  Options with = options();
  with.connect_deadline = 50ms;
  Authenticated kept;
  with.authenticate = [&](const ClientRef&, Authenticated done) { kept = std::move(done); };
  const auto client = Client::connect(server.url(), with);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::timeout) << to_string(client.error());
}

TEST_F(Authenticates, no_old_connection_with_a_new_answer) {
  Options with = options();
  std::vector<Authenticated> kept;
  LogOf<std::string> asked;
  with.authenticate = [&](const ClientRef&, Authenticated done) {
    kept.push_back(std::move(done));
    asked.add("asked");
  };
  std::optional<Result<Client>> client;
  std::jthread connecting{[&] { client = Client::connect(server.url(), with); }};
  ASSERT_TRUE(asked.wait_for_size(1));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(asked.wait_for_size(2));
  kept[0]({});
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(std::ranges::count(events.all(), "connected 2"), 0) << "the first connection's answer is not the second's";
  kept[1]({});
  connecting.join();
  EXPECT_TRUE(*client);
}

}  // namespace
}  // namespace zenws
