// What tests of the Deribit adapter share: a simulator, and options that meet it quickly.
#pragma once

#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/adapters/deribit.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

#include "support/log_of.hpp"
#include "support/same_levels.hpp"

namespace zenws::testing {

inline simulators::DeribitSimulator start_simulator(simulators::DeribitSimulatorOptions options = {}) {
  auto started = simulators::DeribitSimulator::start(std::move(options));
  EXPECT_TRUE(started) << to_string(started.error());
  return *std::move(started);
}

// As if no key were in the environment, while it lives: the real Deribit's must not meet a simulator.
class NoKeyInTheEnvironment {
 public:
  NoKeyInTheEnvironment() {
    for (auto& [name, value] : kept_) {
      if (const char* const found = std::getenv(name)) value = found;
      unsetenv(name);
    }
  }
  ~NoKeyInTheEnvironment() {
    for (const auto& [name, value] : kept_) value.empty() ? unsetenv(name) : setenv(name, value.c_str(), 1);
  }
  NoKeyInTheEnvironment(const NoKeyInTheEnvironment&) = delete;
  NoKeyInTheEnvironment& operator=(const NoKeyInTheEnvironment&) = delete;

 private:
  std::array<std::pair<const char*, std::string>, 2> kept_{{{"DERIBIT_CLIENT_ID", {}}, {"DERIBIT_CLIENT_SECRET", {}}}};
};

// Logged in, without a rate limit, coming back at once.
inline adapters::DeribitOptions options_for(const simulators::DeribitSimulator& simulator) {
  return {.url = simulator.url(),
          .client_id = "simulated",
          .client_secret = "simulated-secret",
          .heartbeat = std::chrono::seconds{0},
          .limit_rate = false,
          .client = {.retry_delay = std::chrono::milliseconds{1},
                     .request_timeout = patience,
                     .jitter = 0,
                     .stable_after = std::chrono::milliseconds{0}}};
}

inline adapters::Deribit connect(adapters::DeribitOptions options) {
  auto connected = adapters::Deribit::connect(std::move(options));
  EXPECT_TRUE(connected) << to_string(connected.error());
  return *std::move(connected);
}

inline bool is_same(const adapters::DeribitBook& kept, const simulators::SimulatedBook& own) {
  return kept.change_id() == own.change_id && is_same(kept.bids(), own.bids) && is_same(kept.asks(), own.asks);
}

}  // namespace zenws::testing
