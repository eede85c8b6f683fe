// What a report's page draws, gathered from a recording in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recordings/recording_summary.hpp"
#include "recordings/scan.hpp"
#include "recordings/time_bins.hpp"

namespace zenws::program {

// A connection's life.
struct ConnectionSpan {
  std::uint64_t epoch = 0;
  RecordedTime from;
  std::optional<RecordedTime> to;  // nullopt: until the end of the recording, or of the next one's beginning
};

struct EventMark {
  RecordedTime at;
  std::uint64_t epoch = 0;
  std::string kind;
  std::string text;
};

// A value; add() each entry in turn.
class ReportData {
 public:
  static constexpr std::size_t most_marks = 2000;  // also of connections
  static constexpr std::size_t longest_text = 300;

  void add(const Seen& seen);
  // Once, at the end.
  void finish(const Scanned& file) { summary_.file = file; }

  [[nodiscard]] const RecordingSummary& summary() const noexcept { return summary_; }
  [[nodiscard]] const TimeBins& bins() const noexcept { return bins_; }
  [[nodiscard]] const std::vector<ConnectionSpan>& connections() const noexcept { return connections_; }
  [[nodiscard]] const std::vector<EventMark>& events() const noexcept { return events_; }
  // As compact JSON, safe inside a <script>. `name`: what the file is called.
  [[nodiscard]] std::string json(std::string_view name) const;

 private:
  void follow_connection(const Seen& seen);

  RecordingSummary summary_;
  TimeBins bins_;
  std::vector<ConnectionSpan> connections_;
  std::vector<EventMark> events_;
};

// Where a histogram's bars begin and end: 0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, …, all that lie around the
// values, so many of each. Empty for no values.
struct Bars {
  std::vector<std::uint64_t> edges;  // one more than counts
  std::vector<std::uint64_t> counts;
};
[[nodiscard]] Bars bars_of(const LogHistogram& values);

}  // namespace zenws::program
