// A thousand streams are subscribed in batches, each paid for at a limiter that leaves room for the pong; who breaks
// Binance's rules is ended with 1008 and comes back; a silent venue is noticed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/rate_limiter.hpp>

#include "support/binance.hpp"
#include "support/eventually.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using adapters::Binance;
using adapters::BinanceOptions;
using simulators::BinanceSimulator;
using testing::connect;
using testing::Disconnect;
using testing::eventually;
using testing::LogOf;
using testing::options_for;

std::vector<std::string> thousand_streams() {
  std::vector<std::string> streams;
  for (int i = 0; i < 1000; ++i) streams.push_back("s" + std::to_string(i) + "usdt@trade");
  return streams;
}

class BinanceLimits : public ::testing::Test {
 protected:
  BinanceOptions watched(const BinanceSimulator& simulator) {
    BinanceOptions options = options_for(simulator);
    options.client.on_lifecycle = [this](const Lifecycle& event) {
      events.add(std::holds_alternative<Restored>(event) ? "restored" : testing::words(event));
    };
    return options;
  }
  LogOf<std::string> events;
};

TEST_F(BinanceLimits, are_kept_while_a_thousand_streams_are_subscribed) {
  BinanceSimulator simulator = testing::start_binance({.ping_interval = 1s});
  LogOf<std::string> seen;
  RateLimiterOptions settings = adapters::binance::streams_limiter();
  settings.request_cost = [&](std::string_view request) {
    seen.add(std::string{request});
    return rate_cost::simple(request);
  };
  BinanceOptions options = watched(simulator);
  options.client.rate_limiter = RateLimiter::create(settings).value();
  Binance binance = connect(std::move(options));
  const auto subscribed = binance.subscribe_and_wait(thousand_streams());
  ASSERT_TRUE(subscribed) << to_string(subscribed.error());
  EXPECT_EQ(subscribed->confirmed.size(), 1000U);
  std::set<std::string> sent;
  for (const auto& message : simulator.server().received()) sent.insert(message.payload);
  const auto paid = seen.all();
  EXPECT_TRUE(std::ranges::includes(std::set<std::string>{paid.begin(), paid.end()}, sent))
      << "what the venue got was looked at by the limiter";
  std::printf(
      "limits: 1000 streams in %zu requests beside %zu pongs, busiest second %zu of 5 messages, disconnected %zu "
      "times\n",
      sent.size(), simulator.server().pongs().size(), simulator.busiest(), simulator.disconnects().size());
}

TEST_F(BinanceLimits, end_who_breaks_them_and_let_it_come_back) {
  simulators::BinanceSimulatorOptions strict = testing::quick_binance();
  strict.message_limit = 3;
  strict.limit_interval = 1h;
  BinanceSimulator simulator = testing::start_binance(strict);
  Binance binance = connect(watched(simulator));
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(binance.client().ping());
  EXPECT_TRUE(events.wait_for("disconnected 1008"));
  EXPECT_TRUE(events.wait_for("connected 2")) << "1008 is fatal elsewhere";
}

TEST_F(BinanceLimits, leave_the_users_own_judgement_of_errors_alone) {
  simulators::BinanceSimulatorOptions strict = testing::quick_binance();
  strict.message_limit = 1;
  strict.limit_interval = 1h;
  BinanceSimulator simulator = testing::start_binance(strict);
  BinanceOptions options = watched(simulator);
  options.client.retry_policy = [](const Error&) { return std::optional{Severity::fatal}; };
  Binance binance = connect(std::move(options));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(binance.client().ping());
  EXPECT_TRUE(events.wait_for("stopped"));
}

TEST_F(BinanceLimits, of_time_without_a_ping_end_a_silent_connection) {
  simulators::BinanceSimulatorOptions beating = testing::quick_binance();
  beating.ping_interval = 5ms;
  BinanceSimulator simulator = testing::start_binance(beating);
  BinanceOptions options = watched(simulator);
  options.heartbeat = 50ms;
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.subscribe_and_wait({"btcusdt@trade"}));
  simulator.server().simulate_disconnect(Disconnect::half_open());
  EXPECT_TRUE(events.wait_for("connected 2"));
  EXPECT_TRUE(events.wait_for("restored"));
}

TEST_F(BinanceLimits, of_an_unanswered_ping_do_not_touch_a_client_that_answers) {
  simulators::BinanceSimulatorOptions options = testing::quick_binance();
  options.ping_interval = 1ms;
  BinanceSimulator simulator = testing::start_binance(options);
  Binance binance = connect(watched(simulator));
  EXPECT_TRUE(eventually([&] { return simulator.server().pongs().size() >= 5; }));
  EXPECT_TRUE(simulator.disconnects().empty());
}

}  // namespace
}  // namespace zenws
