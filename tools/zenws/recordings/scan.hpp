// A recording read once, from its beginning to its end, for who looks at it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <zenws/recorder.hpp>

#include "recordings/entry_meaning.hpp"

namespace zenws::program {

// An entry and what it says. Lives until the function that receives it returns.
struct Seen {
  const RecordedEntry& entry;
  Meaning meaning = {};                                   // of a text message
  RecordedEvent event = {};                               // of an event
  std::optional<std::chrono::microseconds> latency = {};  // of an answer whose request was seen
};

// What is known at the end.
struct Scanned {
  std::uint64_t skipped = 0;    // damaged lines
  bool torn_end = false;        // the last line is cut
  std::uint64_t file_size = 0;  // bytes
};

// What is wrong with a file that has no entry.
[[nodiscard]] Error no_recording();

// In constant memory. `dialect`: as EntryReader's. Errors: Recorder::replay's.
Result<Scanned> scan(const std::string& path, const std::shared_ptr<const Dialect>& dialect,
                     const std::function<void(const Seen&)>& see);

}  // namespace zenws::program
