// The two clocks of a moment: one to measure with, one to write down.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace zenws::simulators {

struct Moment {
  TimePoint steady = {};
  std::int64_t microseconds = 0;  // since 1970, UTC
  [[nodiscard]] std::int64_t milliseconds() const noexcept { return microseconds / 1000; }

  [[nodiscard]] static Moment now() {
    const auto since_1970 = wall_now().time_since_epoch();
    return {Clock::now(), std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count()};
  }
};

}  // namespace zenws::simulators
