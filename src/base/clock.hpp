// The clock by which every interval is measured. Deciders take its points as arguments and never read it.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/world.hpp"

namespace zenws {

// The steady clock, or a simulated world's (a Clock by [time.clock.req]).
struct Clock {
  using time_point = TimePoint;
  using duration = time_point::duration;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = true;

  [[nodiscard]] static time_point now() noexcept {
    World* const world = World::simulated();
    return world == nullptr ? std::chrono::steady_clock::now() : world->now();
  }
};

[[nodiscard]] inline WallTime wall_now() noexcept {
  World* const world = World::simulated();
  return world == nullptr ? std::chrono::system_clock::now() : world->wall_now();
}

// A deadline that never comes.
inline constexpr TimePoint never = TimePoint::max();

// `wanted`, of a hundred years at the most: what is longer never ends either, and no sum of it and a time overflows.
template <class Rep, class Period>
[[nodiscard]] constexpr std::chrono::duration<Rep, Period> bounded(std::chrono::duration<Rep, Period> wanted) noexcept {
  constexpr auto longest = std::chrono::duration_cast<std::chrono::duration<Rep, Period>>(std::chrono::years{100});
  return std::clamp(wanted, -longest, longest);
}

}  // namespace zenws
