// One line of a recording, read: docs/format/recording.md the other way round.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/recorder.hpp>

#include "json/members.hpp"

namespace zenws::record {

// Threads: one at a time.
class LineReader {
 public:
  // nullopt: damaged. The view lives until the next call. Requires: json::padding readable bytes behind `line`.
  [[nodiscard]] std::optional<RecordedEntry> read(std::string_view line);

 private:
  json::Members members_;
  std::string bytes_;  // decoded
};

// What a recording says of itself.
struct Event {
  std::string kind;  // "connect", "disconnect", "dropped", "protocol_error", or what the format does not know
  std::string detail;
  std::string name;           // of the client, and
  std::vector<Label> labels;  // its labels
  std::int64_t code = 0;
  std::uint64_t count = 0;
};
// Of an event's data. nullopt: not what the format says.
[[nodiscard]] std::optional<Event> read_event(std::string_view data);

}  // namespace zenws::record
