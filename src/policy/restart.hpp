// Whether a client that has ended by itself is started again, and when. One for each client.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

#include <zenws/child_options.hpp>
#include <zenws/error.hpp>

#include "base/clock.hpp"

namespace zenws::policy {

struct RestartSettings {
  Restart mode;
  int max_restarts;
  std::chrono::milliseconds within;
  std::chrono::milliseconds first_delay;
  std::chrono::milliseconds longest_delay;
  double jitter;
  std::chrono::milliseconds stable_after;
};

class RestartPolicy {
 public:
  explicit RestartPolicy(RestartSettings settings) noexcept : settings_{settings} {}

  // A connection opened, or ended.
  void opened(TimePoint now) noexcept { open_since_ = now; }
  void lost(TimePoint now) noexcept;
  // The client ended by itself. The delay until it starts again; an error: it stops with that. `random` is uniform in
  // [0, 1).
  [[nodiscard]] Result<std::chrono::milliseconds> ended(const Error& error, TimePoint now, double random);

 private:
  RestartSettings settings_;
  std::deque<TimePoint> restarts_;  // of the last `within`
  std::uint64_t waits_ = 0;         // restarts since the last stable connection
  TimePoint open_since_ = never;    // never = not open
};

// The server closed it without complaint: 1000, or no code.
[[nodiscard]] bool is_normal_end(const Error& error) noexcept;

}  // namespace zenws::policy
