// The times in which a client had no connection and tried to get one, and how it ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include <zenws/options.hpp>

namespace zenws::program {

// Threads: any.
class ConnectionGaps {
 public:
  using Clock = std::chrono::steady_clock;

  void on_lifecycle(const Lifecycle& event, Clock::time_point now);

  struct Sum {
    std::uint64_t count = 0;
    std::chrono::milliseconds time{0};  // of the present one too
  };
  [[nodiscard]] Sum sum(Clock::time_point now) const;
  // Why the client has ended for good; nullopt: it has not.
  [[nodiscard]] std::optional<Error> end() const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t count_ = 0;
  Clock::duration closed_{0};                 // gaps that are over
  std::optional<Clock::time_point> lost_at_;  // nobody has tried again since: maybe the end, which is no gap
  std::optional<Clock::time_point> since_;    // of the present gap
  std::optional<Error> end_;
};

}  // namespace zenws::program
