// A recording's times as text: 2026-11-26T11:05:09.123456Z (ISO 8601, UTC, microseconds).
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include <zenws/recorder.hpp>

namespace zenws::record {

// Writes times, and of one that is near the last only what differs. A value.
class Timestamp {
 public:
  // Requires: a year of four digits. The view lives until the next call.
  [[nodiscard]] std::string_view text(RecordedTime time) noexcept;

 private:
  void begin_second(std::chrono::sys_seconds second) noexcept;

  RecordedTime time_ = RecordedTime::max();
  std::array<char, std::string_view{"0000-00-00T00:00:00.000000Z"}.size()> text_{};
};

// Takes any number of digits behind the second, also none. nullopt: not of this form, or no such time.
[[nodiscard]] std::optional<RecordedTime> parse_timestamp(std::string_view text) noexcept;

}  // namespace zenws::record
