// How many tokens there are: a bucket that is refilled on a fixed grid of times, and how full a queue before it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <zenws/rate_limiter.hpp>

#include "base/clock.hpp"

namespace zenws::policy {

struct TokenBucketSettings {
  std::uint64_t capacity;
  std::uint64_t refill;      // tokens each interval; positive
  Clock::duration interval;  // positive
};

// Full at `start`, and refilled at start + interval, start + 2·interval, …: the times at which it is asked do not
// matter, so nothing drifts. A `now` before an earlier one refills nothing.
class TokenBucket {
 public:
  TokenBucket(TokenBucketSettings settings, TimePoint start) noexcept : settings_{settings}, start_{start} {}

  // Adds what the grid gave until `now`, up to the capacity.
  void refill(TimePoint now) noexcept;
  // Takes `cost` tokens, or none.
  [[nodiscard]] bool take(std::uint64_t cost, TimePoint now) noexcept;
  // After the last refill.
  [[nodiscard]] std::uint64_t tokens() const noexcept { return tokens_; }
  // The grid's time at which there are `cost` tokens if nobody takes any; not after the last refill's when there are
  // now; never for more than the capacity.
  [[nodiscard]] TimePoint available_at(std::uint64_t cost) const noexcept;
  // How long that is from `now`; the longest duration for never.
  [[nodiscard]] Clock::duration time_to_available(std::uint64_t cost, TimePoint now) const noexcept;

 private:
  [[nodiscard]] TimePoint grid_time(std::uint64_t interval) const noexcept;

  TokenBucketSettings settings_;
  TimePoint start_;
  std::uint64_t tokens_ = settings_.capacity;
  std::uint64_t intervals_ = 0;  // of the grid, whose tokens were added
};

// none < 25 % ≤ low < 50 % ≤ medium < 75 % ≤ high; none for a queue without places.
[[nodiscard]] PressureLevel pressure(std::size_t queue_size, std::size_t max_queue_size) noexcept;

// interval × 0, 1, 2, 4.
[[nodiscard]] std::chrono::milliseconds suggested_delay(PressureLevel level,
                                                        std::chrono::milliseconds interval) noexcept;

}  // namespace zenws::policy
