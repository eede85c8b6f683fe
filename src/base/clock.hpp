// The clock by which every interval is measured. Deciders take its points as arguments and never read it.
#pragma once

#include <algorithm>
#include <chrono>

namespace zenws {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
// A deadline that never comes.
inline constexpr TimePoint never = TimePoint::max();

// `wanted`, of a hundred years at the most: what is longer never ends either, and no sum of it and a time overflows.
template <class Rep, class Period>
[[nodiscard]] constexpr std::chrono::duration<Rep, Period> bounded(std::chrono::duration<Rep, Period> wanted) noexcept {
  constexpr auto longest = std::chrono::duration_cast<std::chrono::duration<Rep, Period>>(std::chrono::years{100});
  return std::clamp(wanted, -longest, longest);
}

}  // namespace zenws
