// What a client's rate limiter makes wait is sent when its tokens have come: in order, once, on the same connection, or
// not at all.
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::patience;
using testing::Server;

constexpr auto no_refill = 24h;

struct WhatTheLimiterQueues : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> events;

  Options options(std::shared_ptr<RateLimiter> limiter) {
    Options options;
    options.rate_limiter = std::move(limiter);
    options.retry_delay = 1ms;
    options.stable_after = 0ms;
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    return options;
  }
  Client connect(std::shared_ptr<RateLimiter> limiter) {
    auto client = Client::connect(server.url(), options(std::move(limiter)));
    EXPECT_TRUE(client) << to_string(client.error());
    return *client;
  }
  std::vector<std::string> received() {
    std::vector<std::string> payloads;
    for (const auto& message : server.received()) payloads.push_back(message.payload);
    return payloads;
  }
};

TEST_F(WhatTheLimiterQueues, is_sent_in_order_and_once) {
  auto client = connect(*RateLimiter::create({.tokens = 3, .refill_rate = 1, .refill_interval = 1ms}));
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    expected.push_back(std::to_string(i));
    ASSERT_TRUE(client.send_message(expected.back()));
  }
  ASSERT_TRUE(assert_message_sent(server, "59", patience));
  EXPECT_EQ(received(), expected);
  EXPECT_EQ(client.get_state_metrics().dropped_in_limiter, 0U);
}

TEST_F(WhatTheLimiterQueues, may_be_binary_or_a_request) {
  const auto limiter = *RateLimiter::create({.tokens = 1, .refill_rate = 1, .refill_interval = 1ms});
  auto client = connect(limiter);
  server.set_script([](const auto& message) -> std::vector<testing::Reply> {
    if (message.binary) return {};
    return {{.payload = R"({"id":7,"result":"fine"})"}};
  });
  ASSERT_TRUE(client.send_binary(std::as_bytes(std::span{"a", 1})));
  ASSERT_TRUE(client.send_binary(std::as_bytes(std::span{"b", 1})));
  const auto answer = client.request(R"({"id":7,"method":"m"})");
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(received().size(), 3U);
}

TEST_F(WhatTheLimiterQueues, is_never_sent_on_a_later_connection) {
  const auto limiter = *RateLimiter::create({.tokens = 1, .refill_interval = no_refill});
  auto client = connect(limiter);
  ASSERT_TRUE(client.send_message("sent"));
  ASSERT_TRUE(assert_message_sent(server, "sent", patience));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.send_message("waits"));
  EXPECT_EQ(limiter->status().queue_size, 3U);
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  EXPECT_EQ(limiter->status().queue_size, 0U);
  EXPECT_EQ(client.get_state_metrics().dropped_in_limiter, 3U);
  EXPECT_TRUE(client.ping());
  EXPECT_EQ(server.received_count(), 1U);
}

TEST_F(WhatTheLimiterQueues, is_not_sent_there_by_tokens_that_come_later_either) {
  auto client = connect(*RateLimiter::create({.tokens = 1, .refill_rate = 1, .refill_interval = 20ms}));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.send_message("on the first"));
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  ASSERT_TRUE(client.send_message("on the second"));
  ASSERT_TRUE(assert_message_sent(server, "on the second", patience));
  for (const auto& message : server.received()) {
    EXPECT_EQ(message.payload, message.connection == 1 ? "on the first" : "on the second");
  }
}

TEST_F(WhatTheLimiterQueues, ends_with_its_connection_when_it_is_a_request) {
  const auto limiter = *RateLimiter::create({.tokens = 1, .refill_interval = no_refill});
  auto client = connect(limiter);
  ASSERT_TRUE(client.send_message("sent"));
  ASSERT_TRUE(assert_message_sent(server, "sent", patience));
  std::jthread dropper{[&] {
    while (limiter->status().queue_size == 0) std::this_thread::sleep_for(1ms);
    server.simulate_disconnect(testing::Disconnect::abrupt());
  }};
  EXPECT_EQ(client.request("m").error(), errc::disconnected);
  ASSERT_TRUE(events.wait_for("connected 2"));
  EXPECT_EQ(server.received_count(), 1U);
}

TEST_F(WhatTheLimiterQueues, is_not_sent_after_its_request_has_timed_out) {
  const auto limiter = *RateLimiter::create({.tokens = 1, .refill_interval = no_refill});
  auto client = connect(limiter);
  ASSERT_TRUE(client.send_message("sent"));
  EXPECT_EQ(client.request("m", {}, 1ms).error(), errc::timeout);
  EXPECT_EQ(limiter->status().queue_size, 0U);
  EXPECT_EQ(client.get_state_metrics().dropped_in_limiter, 1U);
  EXPECT_EQ(client.get_state_metrics().pending_requests_size, 0U);
}

TEST_F(WhatTheLimiterQueues, is_refused_beyond_the_queues_size_and_the_buckets) {
  auto client = connect(*RateLimiter::create({.tokens = 3,
                                              .refill_interval = no_refill,
                                              .request_cost = [](std::string_view text) { return text.size(); },
                                              .max_queue_size = 1}));
  ASSERT_TRUE(client.send_message("123"));
  ASSERT_TRUE(client.send_message("1"));
  EXPECT_EQ(client.send_message("1").error(), errc::queue_full);
  EXPECT_EQ(client.send_message("1234").error(), errc::invalid_config);
  EXPECT_EQ(client.request("m").error(), errc::invalid_config);
  EXPECT_EQ(client.get_state_metrics().pending_requests_size, 0U);
}

TEST_F(WhatTheLimiterQueues, comes_from_all_clients_that_share_it) {
  const auto limiter = *RateLimiter::create({.tokens = 10, .refill_interval = no_refill});
  auto one = connect(limiter);
  auto two = connect(limiter);
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(one.send_message("one"));
    ASSERT_TRUE(two.send_message("two"));
  }
  EXPECT_EQ(limiter->status().tokens, 0U);
  EXPECT_EQ(limiter->status().queue_size, 2U);
  ASSERT_TRUE(one.close());
  EXPECT_EQ(limiter->status().queue_size, 1U);  // the other's stays
  EXPECT_EQ(one.get_state_metrics().dropped_in_limiter, 1U);
  EXPECT_EQ(two.get_state_metrics().dropped_in_limiter, 0U);
}

TEST_F(WhatTheLimiterQueues, costs_nothing_when_the_client_is_not_connected) {
  const auto limiter = *RateLimiter::create({.tokens = 10, .refill_interval = no_refill});
  auto client = connect(limiter);
  ASSERT_TRUE(client.close());
  EXPECT_EQ(client.send_message("x").error(), errc::not_connected);
  EXPECT_EQ(client.request("m").error(), errc::not_connected);
  EXPECT_EQ(limiter->status().tokens, 10U);
}

TEST_F(WhatTheLimiterQueues, does_not_keep_pings_and_pongs_waiting) {
  const auto limiter = *RateLimiter::create({.tokens = 1, .refill_interval = no_refill});
  auto client = connect(limiter);
  ASSERT_TRUE(client.send_message("sent"));
  ASSERT_TRUE(client.send_message("waits"));
  EXPECT_TRUE(client.ping());
  server.inject_ping("are you there");
  server.inject_message("and now this");
  ASSERT_EQ(client.receive(patience)->text(), "echo: sent");
  ASSERT_EQ(client.receive(patience)->text(), "and now this");
  ASSERT_TRUE(client.close());
  EXPECT_EQ(server.pongs(), std::vector<std::string>{"are you there"});
}

TEST_F(WhatTheLimiterQueues, keeps_no_client_alive_after_its_end) {
  auto alive = std::make_shared<int>(0);
  const auto limiter = *RateLimiter::create({.tokens = 1, .refill_interval = no_refill});
  {
    Runtime runtime;
    Options settings = options(limiter);
    settings.runtime = &runtime;
    settings.handler = [alive](const Message&) {};
    auto client = Client::connect(server.url(), settings);
    ASSERT_TRUE(client);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(client->send_message("x"));
  }
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(limiter->status().queue_size, 0U);
}

}  // namespace
}  // namespace zenws
