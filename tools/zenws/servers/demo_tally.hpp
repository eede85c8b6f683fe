// What the demo's client has heard, for the thread that prints it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <zenws/message.hpp>

#include "servers/sequence_tally.hpp"

namespace zenws::program {

struct Trade {
  std::string channel;
  std::uint64_t sequence = 0;  // 1 for the first of its channel
  std::string instrument;
  std::string direction;
  double price = 0;
  double amount = 0;
  std::int64_t timestamp = 0;  // milliseconds since 1970
};

// A time without data, from the last trade before a loss to the first one after it.
struct Outage {
  std::chrono::nanoseconds time{0};
  std::uint64_t missed = 0;  // trades left out, of all channels
};

// Threads: any.
class DemoTally {
 public:
  using Clock = std::chrono::steady_clock;

  void on_message(const JsonMessage& message, Clock::time_point now);
  void on_loss();
  void on_round_trip(std::chrono::nanoseconds time);

  [[nodiscard]] std::optional<Trade> latest_trade() const;
  [[nodiscard]] std::uint64_t trades() const;
  // Trades missed behind a loss, and those missing or repeated without one.
  [[nodiscard]] std::uint64_t missed() const;
  [[nodiscard]] std::uint64_t wrong() const;
  // False from a loss until every channel has brought a trade again.
  [[nodiscard]] bool flows() const;
  // Connections lost that had brought trades.
  [[nodiscard]] std::uint64_t losses() const;
  // One for each loss after which a trade came.
  [[nodiscard]] std::vector<Outage> outages() const;
  // In ascending order.
  [[nodiscard]] std::vector<std::chrono::nanoseconds> round_trips() const;

 private:
  [[nodiscard]] std::uint64_t sum(std::uint64_t (SequenceTally::*number)() const noexcept) const;

  mutable std::mutex mutex_;
  std::vector<std::chrono::nanoseconds> round_trips_;
  std::optional<Trade> latest_;
  Clock::time_point latest_at_;
  std::uint64_t losses_ = 0;
  bool lost_ = false;  // no trade since
  std::vector<Outage> outages_;
  std::map<std::string, SequenceTally> channels_;
};

// sorted[round(p/100·(n−1))]. Requires: not empty, p in 0–100.
[[nodiscard]] std::chrono::nanoseconds percentile(const std::vector<std::chrono::nanoseconds>& sorted, double p);

}  // namespace zenws::program
