// 1 500 channels are subscribed in batches, each request paid for at the limiter, each channel asked for once.
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/rate_limiter.hpp>

#include "support/deribit.hpp"
#include "support/eventually.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using adapters::Deribit;
using adapters::DeribitOptions;
using simulators::DeribitSimulator;
using testing::connect;
using testing::Disconnect;
using testing::LogOf;
using testing::options_for;

constexpr std::size_t instruments_in_all = 500;
constexpr std::size_t channels = 3 * instruments_in_all;

std::string name_of(std::size_t number) { return "BTC-" + std::to_string(number); }

DeribitSimulator simulator_of_many() {
  simulators::DeribitSimulatorOptions options;
  options.instruments.clear();
  for (std::size_t i = 0; i < instruments_in_all; ++i) options.instruments.push_back({.name = name_of(i)});
  return testing::start_simulator(std::move(options));
}

std::vector<std::string> all_channels() {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < instruments_in_all; ++i) {
    for (const char* kind : {"book.", "ticker.", "trades."}) all.push_back(kind + name_of(i) + ".100ms");
  }
  return all;
}

// A limiter may look at a request more than once.
std::set<std::string> all_of(const LogOf<std::string>& seen) {
  const std::vector<std::string> texts = seen.all();
  return {texts.begin(), texts.end()};
}

std::set<std::string> received(DeribitSimulator& simulator) {
  std::set<std::string> texts;
  for (const auto& message : simulator.server().received()) texts.insert(message.payload);
  return texts;
}

TEST(ManyChannels, go_through_the_limiter_in_batches) {
  DeribitSimulator simulator = simulator_of_many();
  LogOf<std::string> seen;
  const auto limiter = RateLimiter::create(
      {.tokens = 5, .refill_rate = 1, .refill_interval = 1ms, .request_cost = [&](std::string_view request) {
         seen.add(std::string{request});
         return rate_cost::deribit(request);
       }});
  ASSERT_TRUE(limiter);
  LogOf<std::string> events;
  DeribitOptions options = options_for(simulator);
  options.client.rate_limiter = *limiter;
  options.client.subscribe_batch_size = 50;
  options.client.handler = [](const Message&) {};
  options.client.on_lifecycle = [&](const Lifecycle& event) {
    if (std::holds_alternative<Restored>(event)) events.add("restored");
  };
  Deribit deribit = connect(std::move(options));
  const auto subscribed = deribit.subscribe_and_wait(all_channels());
  ASSERT_TRUE(subscribed) << to_string(subscribed.error());
  EXPECT_EQ(subscribed->confirmed.size(), channels);
  EXPECT_EQ(simulator.subscriptions(1).size(), channels);
  EXPECT_EQ(simulator.calls(1).size(), 1 + channels / 50) << "the login and thirty batches";
  EXPECT_EQ(all_of(seen), received(simulator)) << "what the venue got was looked at by the limiter";

  simulator.server().simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("restored"));
  EXPECT_EQ(simulator.subscriptions(2).size(), channels);
  EXPECT_EQ(simulator.calls(2).size(), 1 + channels / 50);
  EXPECT_EQ(all_of(seen), received(simulator));
  std::printf("subscriptions: %zu channels in %zu batches, twice, %llu requests, all through the limiter\n", channels,
              channels / 50, static_cast<unsigned long long>(simulator.server().received_count()));
}

}  // namespace
}  // namespace zenws
