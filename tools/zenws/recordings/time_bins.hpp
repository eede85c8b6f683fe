// What happened over time, in a bounded number of equal bins, however long the time turns out to be.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <zenws/recorder.hpp>

namespace zenws::program {

struct TimeBin {
  std::uint64_t in = 0;   // messages received
  std::uint64_t out = 0;  // messages sent
  std::uint64_t bytes_in = 0;
  std::uint64_t answers = 0;
  std::uint64_t latency_sum = 0;  // of the answers, microseconds
  std::uint64_t latency_max = 0;

  TimeBin& operator+=(const TimeBin& other) noexcept;
  friend bool operator==(const TimeBin&, const TimeBin&) = default;
};

// A value. Bins begin narrow; when there are too many, each two become one.
class TimeBins {
 public:
  explicit TimeBins(std::size_t most = 1024, std::chrono::microseconds narrowest = std::chrono::milliseconds{1})
      : most_{most}, width_{narrowest} {}

  // The bin of this time. What is earlier than the first time asked for counts to the first bin: a clock was set back.
  [[nodiscard]] TimeBin& at(RecordedTime ts);

  [[nodiscard]] RecordedTime begin_time() const noexcept { return begin_.value_or(RecordedTime{}); }
  [[nodiscard]] std::chrono::microseconds width() const noexcept { return width_; }
  [[nodiscard]] const std::vector<TimeBin>& bins() const noexcept { return bins_; }

 private:
  void widen();

  std::size_t most_;
  std::chrono::microseconds width_;
  std::optional<RecordedTime> begin_;
  std::vector<TimeBin> bins_;
};

}  // namespace zenws::program
