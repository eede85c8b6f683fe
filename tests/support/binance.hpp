// What tests of the Binance adapter share: a simulator, and options that meet it quickly.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <zenws/adapters/binance.hpp>
#include <zenws/simulators/binance_simulator.hpp>

#include "support/log_of.hpp"
#include "support/same_levels.hpp"

namespace zenws::testing {

// Depth events come at once, and nobody is in a hurry.
inline simulators::BinanceSimulatorOptions quick_binance() {
  return {.depth_interval = std::chrono::milliseconds{0},
          .fast_depth_interval = std::chrono::milliseconds{0},
          .message_limit = 0};
}

inline simulators::BinanceSimulator start_binance(simulators::BinanceSimulatorOptions options = quick_binance()) {
  auto started = simulators::BinanceSimulator::start(std::move(options));
  EXPECT_TRUE(started) << to_string(started.error());
  return *std::move(started);
}

// Without a rate limit or heartbeat, with snapshots, coming back at once.
inline adapters::BinanceOptions options_for(const simulators::BinanceSimulator& simulator) {
  adapters::BinanceOptions options{.url = simulator.url(),
                                   .limit_rate = false,
                                   .heartbeat = std::chrono::milliseconds{0},
                                   .client = {.retry_count = unlimited,
                                              .retry_delay = std::chrono::milliseconds{1},
                                              .request_timeout = patience,
                                              .jitter = 0,
                                              .stable_after = std::chrono::milliseconds{0}}};
  options.books.fetch = simulator.snapshots();
  options.books.retry_delay = std::chrono::milliseconds{1};
  return options;
}

inline adapters::Binance connect(adapters::BinanceOptions options) {
  auto connected = adapters::Binance::connect(std::move(options));
  EXPECT_TRUE(connected) << to_string(connected.error());
  return *std::move(connected);
}

inline bool is_same(const adapters::BinanceBook& kept, const simulators::SimulatedBook& own) {
  return kept.update_id() == own.change_id && is_same(kept.bids(), own.bids) && is_same(kept.asks(), own.asks);
}

}  // namespace zenws::testing
