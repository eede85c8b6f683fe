// The numbers of a recording.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zenws/recorder.hpp>

#include "recordings/channel_counts.hpp"
#include "recordings/log_histogram.hpp"
#include "recordings/scan.hpp"

namespace zenws::program {

// What went one way.
struct DirectionSummary {
  std::array<std::uint64_t, 5> frames{};  // by RecordedEntry::Type; events apart
  std::uint64_t bytes = 0;                // of all payloads
  LogHistogram sizes;                     // of text and binary messages, in bytes
  [[nodiscard]] std::uint64_t of(RecordedEntry::Type type) const noexcept {
    return frames[static_cast<std::size_t>(type)];
  }
  [[nodiscard]] std::uint64_t count() const noexcept;
};

// A value; add() each entry in turn.
struct RecordingSummary {
  DirectionSummary in;
  DirectionSummary out;
  std::uint64_t events = 0;
  std::uint64_t connects = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t protocol_errors = 0;
  std::uint64_t dropped = 0;  // entries, as the recording says itself
  std::string name;           // of the client that connected last, and
  std::vector<Label> labels;  // its labels
  std::optional<std::uint64_t> first_epoch;
  std::uint64_t last_epoch = 0;
  std::optional<RecordedTime> first_ts;
  std::optional<RecordedTime> last_ts;
  std::optional<RecordedTime> last_inbound;
  std::chrono::microseconds largest_gap{0};  // without an inbound frame
  std::optional<RecordedTime> largest_gap_at;
  LogHistogram gaps;  // between inbound frames, microseconds
  std::uint64_t requests = 0;
  LogHistogram latencies;     // of answered ones, microseconds
  ChannelCounts channels;     // inbound messages that name one
  std::uint64_t unnamed = 0;  // inbound messages that name none
  Scanned file;

  void add(const Seen& seen);
  [[nodiscard]] std::chrono::microseconds duration() const noexcept;

 private:
  void add_event(const Seen& seen);
  void note_gap(RecordedTime ts);
};

// `2026-11-26T11:05:09.123456Z`.
[[nodiscard]] std::string show_time(RecordedTime time);
// `1 d 2 h`, `3 min 12 s`, and what show_duration() says of less than a minute.
[[nodiscard]] std::string show_span(std::chrono::microseconds time);

}  // namespace zenws::program
