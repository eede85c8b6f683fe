// The steady clock's points as UTC, in the order of the recording.
#pragma once

#include <algorithm>
#include <chrono>

#include <zenws/recorder.hpp>

#include "base/clock.hpp"

namespace zenws::record {

// A value. The difference between the clocks changes only when the wall clock was set, so that intervals are the steady
// clock's own; times never go back but then.
class WallClock {
 public:
  // The clocks' present readings.
  void set(TimePoint steady, std::chrono::system_clock::time_point wall) noexcept {
    const Offset offset = wall.time_since_epoch() - steady.time_since_epoch();
    if (offset - offset_ < tolerance && offset_ - offset < tolerance) return;
    offset_ = offset;
    last_ = RecordedTime::min();
  }
  [[nodiscard]] RecordedTime at(TimePoint steady) noexcept {
    const auto since_epoch = std::chrono::floor<std::chrono::microseconds>(steady.time_since_epoch() + offset_);
    last_ = std::max(last_, RecordedTime{since_epoch});
    return last_;
  }

 private:
  using Offset = std::chrono::nanoseconds;
  static constexpr Offset tolerance = std::chrono::milliseconds{5};

  Offset offset_{0};
  RecordedTime last_ = RecordedTime::min();
};

}  // namespace zenws::record
