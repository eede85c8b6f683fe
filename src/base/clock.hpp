// The clock by which every interval is measured. Deciders take its points as arguments and never read it.
#pragma once

#include <chrono>

namespace zenws {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
// A deadline that never comes.
inline constexpr TimePoint never = TimePoint::max();

}  // namespace zenws
