// What the demo's client has heard, for the thread that prints it.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <zenws/message.hpp>

namespace zenws::program {

struct Trade {
  std::string instrument;
  std::string direction;
  double price = 0;
  double amount = 0;
  std::int64_t timestamp = 0;  // milliseconds since 1970
};

// Threads: any.
class DemoTally {
 public:
  using Clock = std::chrono::steady_clock;

  // Of the subscription and of each measured request, before it is sent.
  [[nodiscard]] std::uint64_t begin_request(Clock::time_point now);
  void on_message(const JsonMessage& message);
  void on_response(const UnmatchedResponse& response, Clock::time_point now);

  [[nodiscard]] std::optional<Trade> latest_trade() const;
  [[nodiscard]] std::uint64_t trades() const;
  // Channels that the server confirmed.
  [[nodiscard]] std::vector<std::string> confirmed() const;
  // In ascending order; the subscription's is not among them.
  [[nodiscard]] std::vector<std::chrono::nanoseconds> round_trips() const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, Clock::time_point> pending_;
  std::vector<std::chrono::nanoseconds> round_trips_;
  std::vector<std::string> confirmed_;
  std::optional<Trade> latest_;
  std::uint64_t trades_ = 0;
};

// sorted[round(p/100·(n−1))]. Requires: not empty, p in 0–100.
[[nodiscard]] std::chrono::nanoseconds percentile(const std::vector<std::chrono::nanoseconds>& sorted, double p);

// 1234567 as `1,234,567`.
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace zenws::program
