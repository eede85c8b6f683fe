// A server that sends without end has its turns, no more: closing, timers, other clients and what the handler sends go
// on.
#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "base/clock.hpp"
#include "support/far_end.hpp"
#include "support/frames.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using test::FarEnd;
using testing::LogOf;

std::string many_messages() {
  std::string all;
  for (int i = 0; i < 2000; ++i) all += test::text(std::string(200, 'x')).bytes(false);
  return all;
}

void flood(FarEnd::Wire& wire) {
  const std::string messages = many_messages();
  while (wire.write(messages)) {
  }
}

void work_for(std::chrono::microseconds time) {
  for (const TimePoint end = Clock::now() + time; Clock::now() < end;) {
  }
}

// The handler's time, and whether TLS is between.
struct Setup {
  std::chrono::microseconds handler;
  bool tls;
};

struct AFloodStarvesNobody : ::testing::TestWithParam<Setup> {
  FarEnd server{flood, GetParam().tls};
  Runtime runtime;  // one loop for all
  std::atomic<int> calls{0};

  Options options() {
    Options options;
    options.runtime = &runtime;
    options.tls.ca_pem = server.ca_pem();
    options.decode_json = false;
    options.handler = [this](const Message&) {
      work_for(GetParam().handler);
      ++calls;
    };
    return options;
  }
  Client flooded(const Options& options) {
    auto client = Client::connect(server.url(), options);
    EXPECT_TRUE(client) << to_string(client.error());
    while (calls < 100) std::this_thread::sleep_for(1ms);
    return *client;
  }
};

// Far more than a turn, far less than what waits: a batch without a budget held the loop for seconds.
constexpr auto soon = 500ms;

TEST_P(AFloodStarvesNobody, close_is_done_in_time_and_nothing_is_called_after_it) {
  Client client = flooded(options());
  EXPECT_TRUE(client.close());
  const int then = calls;
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(calls, then);
}

TEST_P(AFloodStarvesNobody, nothing_is_called_after_the_last_handle_went) {
  {
    const Client client = flooded(options());
  }
  const int then = calls;
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(calls, then);
}

TEST_P(AFloodStarvesNobody, the_runtime_ends) {
  std::optional<Runtime> own{std::in_place};
  Options with_own = options();
  with_own.runtime = &*own;
  const Client client = flooded(with_own);
  const TimePoint begun = Clock::now();
  own.reset();
  EXPECT_LT(Clock::now() - begun, 2s);
}

TEST_P(AFloodStarvesNobody, another_client_of_the_loop_is_served) {
  const Client busy = flooded(options());
  auto quiet_server = testing::Server::start();
  ASSERT_TRUE(quiet_server);
  LogOf<TimePoint> arrived;
  Options quiet;
  quiet.runtime = &runtime;
  quiet.handler = [&](const Message&) { arrived.add(Clock::now()); };
  const auto client = Client::connect(quiet_server->url(), quiet);
  ASSERT_TRUE(client) << to_string(client.error());
  for (std::size_t i = 1; i <= 20; ++i) {
    const TimePoint sent = Clock::now();
    quiet_server->inject_message("hello");
    ASSERT_TRUE(arrived.wait_for_size(i));
    EXPECT_LT(arrived.all().back() - sent, soon);
  }
}

TEST_P(AFloodStarvesNobody, requests_time_out_in_time) {
  Client client = flooded(options());
  const TimePoint begun = Clock::now();
  const auto answer = client.request("public/never", {}, 200ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), errc::timeout);
  EXPECT_LT(Clock::now() - begun, 200ms + soon);
}

std::string setup_name(const ::testing::TestParamInfo<Setup>& info) {
  return std::to_string(info.param.handler.count()) + "_us_" + (info.param.tls ? "tls" : "plain");
}

INSTANTIATE_TEST_SUITE_P(Handlers, AFloodStarvesNobody,
                         ::testing::Values(Setup{5us, false}, Setup{1ms, false}, Setup{20us, true}, Setup{1ms, true}),
                         setup_name);

void flood_with_key_updates(FarEnd::Wire& wire) {
  while (!wire.is_over() && SSL_key_update(wire.tls(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
         SSL_do_handshake(wire.tls()) == 1) {
  }
}

void flood_with_tickets(FarEnd::Wire& wire) {
  while (!wire.is_over() && SSL_new_session_ticket(wire.tls()) == 1 && SSL_do_handshake(wire.tls()) == 1) {
  }
}

void flood_with_records_of_a_byte(FarEnd::Wire& wire) {
  const std::string message = test::text("x").bytes(false);
  for (std::size_t i = 0; wire.write(std::string_view{message}.substr(i % message.size(), 1)); ++i) {
  }
}

struct ATlsFlood : ::testing::TestWithParam<FarEnd::Talk> {};

TEST_P(ATlsFlood, starves_nobody) {
  FarEnd server{GetParam(), true};
  Runtime runtime;
  Options flooded;
  flooded.runtime = &runtime;
  flooded.tls.ca_pem = server.ca_pem();
  flooded.handler = [](const Message&) {};
  auto busy = Client::connect(server.url(), flooded);
  ASSERT_TRUE(busy) << to_string(busy.error());
  auto quiet_server = testing::Server::start();
  ASSERT_TRUE(quiet_server);
  LogOf<TimePoint> arrived;
  Options quiet;
  quiet.runtime = &runtime;
  quiet.handler = [&](const Message&) { arrived.add(Clock::now()); };
  const auto client = Client::connect(quiet_server->url(), quiet);
  ASSERT_TRUE(client) << to_string(client.error());
  for (std::size_t i = 1; i <= 20; ++i) {
    const TimePoint sent = Clock::now();
    quiet_server->inject_message("hello");
    ASSERT_TRUE(arrived.wait_for_size(i));
    EXPECT_LT(arrived.all().back() - sent, soon);
  }
  EXPECT_EQ(busy->get_state(), State::connected);
}

std::string flood_name(const ::testing::TestParamInfo<FarEnd::Talk>& info) {
  return std::array{"of_key_updates", "of_tickets", "of_records_of_a_byte"}.at(info.index);
}

INSTANTIATE_TEST_SUITE_P(Floods, ATlsFlood,
                         ::testing::Values(flood_with_key_updates, flood_with_tickets, flood_with_records_of_a_byte),
                         flood_name);

// What is sent is told by how far the far end was: it has sent so many messages when the first answer came.
TEST(WhatAHandlerSends, does_not_wait_for_the_end_of_what_came) {
  constexpr int count = 1000;
  LogOf<int> handled_when_heard;
  std::atomic<int> handled{0};
  FarEnd server{[&](FarEnd::Wire& wire) {
    std::string all;
    for (int i = 0; i < count; ++i) all += test::text("x").bytes(false);
    wire.write(all);
    (void)wire.read();
    handled_when_heard.add(handled);
    wire.end();
  }};
  std::optional<ClientRef> self;
  Options options;
  options.on_connect = [&](const ClientRef& ref) { self = ref; };
  options.handler = [&](const Message&) {
    if (handled == 0) (void)self->lock()->send_message("first");
    work_for(1ms);
    ++handled;
  };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(handled_when_heard.wait_for_size(1));
  EXPECT_LT(handled_when_heard.all().front(), count / 2);
}

}  // namespace
}  // namespace zenws
