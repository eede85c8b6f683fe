#include "policy/token_bucket.hpp"

#include <algorithm>
#include <limits>

namespace zenws::policy {

namespace {

// Modulo 2⁶⁴, so that the distance of any two times is exact.
std::uint64_t ticks(TimePoint time) noexcept { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }

}  // namespace

void TokenBucket::refill(TimePoint now) noexcept {
  if (now <= start_) return;
  const std::uint64_t passed = (ticks(now) - ticks(start_)) / static_cast<std::uint64_t>(settings_.interval.count());
  if (passed <= intervals_) return;
  const std::uint64_t given = passed - intervals_;
  intervals_ = passed;
  const std::uint64_t missing = settings_.capacity - tokens_;
  // given · refill < missing  ⇔  given ≤ (missing − 1) / refill, and then the product cannot overflow.
  const bool stays_below = missing > 0 && given <= (missing - 1) / settings_.refill;
  tokens_ = stays_below ? tokens_ + given * settings_.refill : settings_.capacity;
}

bool TokenBucket::take(std::uint64_t cost, TimePoint now) noexcept {
  refill(now);
  if (cost > tokens_) return false;
  tokens_ -= cost;
  return true;
}

TimePoint TokenBucket::grid_time(std::uint64_t interval) const noexcept {
  const auto length = static_cast<std::uint64_t>(settings_.interval.count());
  if (interval > (ticks(never) - ticks(start_)) / length) return never;
  return TimePoint{Clock::duration{static_cast<Clock::rep>(ticks(start_) + interval * length)}};
}

TimePoint TokenBucket::available_at(std::uint64_t cost) const noexcept {
  if (cost > settings_.capacity) return never;
  if (cost <= tokens_) return grid_time(intervals_);
  const std::uint64_t refills = (cost - tokens_ - 1) / settings_.refill + 1;
  if (refills > std::numeric_limits<std::uint64_t>::max() - intervals_) return never;
  return grid_time(intervals_ + refills);
}

Clock::duration TokenBucket::time_to_available(std::uint64_t cost, TimePoint now) const noexcept {
  const TimePoint at = available_at(cost);
  if (at <= now) return Clock::duration::zero();
  const std::uint64_t distance = ticks(at) - ticks(now);
  const bool fits = at != never && distance <= ticks(never);
  return fits ? Clock::duration{static_cast<Clock::rep>(distance)} : Clock::duration::max();
}

PressureLevel pressure(std::size_t queue_size, std::size_t max_queue_size) noexcept {
  if (max_queue_size == 0) return PressureLevel::none;
  // The smallest size of at least `quarters` quarters of the maximum, without a product that could overflow.
  const auto bound = [max_queue_size](std::size_t quarters) {
    return max_queue_size / 4 * quarters + (max_queue_size % 4 * quarters + 3) / 4;
  };
  if (queue_size >= bound(3)) return PressureLevel::high;
  if (queue_size >= bound(2)) return PressureLevel::medium;
  return queue_size >= bound(1) ? PressureLevel::low : PressureLevel::none;
}

std::chrono::milliseconds suggested_delay(PressureLevel level, std::chrono::milliseconds interval) noexcept {
  switch (level) {
    case PressureLevel::none:
      return interval * 0;
    case PressureLevel::low:
      return interval;
    case PressureLevel::medium:
      return interval * 2;
    case PressureLevel::high:
      return interval * 4;
  }
  return {};
}

}  // namespace zenws::policy
