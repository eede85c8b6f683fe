// What is told of a recording while it grows.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace zenws::program {

struct RecordProgress {
  std::uint64_t messages = 0;  // received
  double rate = 0;             // of them a second, lately
  std::uint64_t bytes = 0;     // received
  std::uint64_t gaps = 0;      // times without a connection
  std::chrono::milliseconds gap_time{0};
  std::uint64_t file_size = 0;
  std::uint64_t waiting = 0;  // bytes of entries not yet written
  std::uint64_t dropped = 0;  // entries that the file will never hold
};

// One line, without its end.
[[nodiscard]] std::string show_progress(const RecordProgress& progress);

}  // namespace zenws::program
