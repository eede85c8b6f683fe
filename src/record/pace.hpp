// When each entry of a replay is due.
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

#include <zenws/recorder.hpp>

#include "base/clock.hpp"

namespace zenws::record {

// A value. The first entry is due at once, each other as long after it as then, divided by the speed.
class Pace {
 public:
  // Requires: speed > 0; infinity: all are due at once.
  explicit Pace(double speed) noexcept : speed_{speed} {}

  // Call with each entry in turn.
  [[nodiscard]] TimePoint due(RecordedTime ts, TimePoint now) noexcept {
    if (!std::exchange(has_begun_, true)) {
      first_ = ts;
      begun_ = now;
    }
    const std::chrono::duration<double> wait = std::chrono::duration<double>{ts - first_} / speed_;
    return begun_ + std::chrono::duration_cast<Clock::duration>(std::clamp(wait, at_once, longest));
  }

 private:
  // Keep whatever speed and time inside the clock's range; times may go back, as far as a file likes.
  static constexpr std::chrono::duration<double> at_once{0};
  static constexpr std::chrono::duration<double> longest = std::chrono::hours{24 * 365};

  double speed_;
  bool has_begun_ = false;
  RecordedTime first_{};
  TimePoint begun_{};
};

}  // namespace zenws::record
