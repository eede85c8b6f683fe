// A recording as a stream of entries, in the memory of its longest line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <zenws/error.hpp>
#include <zenws/recorder.hpp>

#include "base/buffer.hpp"
#include "record/read_line.hpp"

namespace zenws::record {

// Threads: one at a time.
class Reader {
 public:
  // Errors: the system's.
  static Result<Reader> open(const std::string& path);
  Reader(Reader&& other) noexcept;
  Reader& operator=(Reader&&) = delete;
  ~Reader();

  // nullopt: the end, or failure(). The view lives until the next call.
  [[nodiscard]] std::optional<RecordedEntry> next();
  // The system's, when the file could not be read further.
  [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }
  // Damaged lines so far.
  [[nodiscard]] std::uint64_t skipped() const noexcept { return skipped_; }
  // The last line had no end and was no entry.
  [[nodiscard]] bool has_torn_end() const noexcept { return torn_end_; }
  // Bytes read so far.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  Reader(int fd, std::string path) noexcept;
  std::optional<std::string_view> next_line();
  bool read_more();
  void drop_line();

  int fd_;
  std::string path_;
  std::unique_ptr<LineReader> lines_ = std::make_unique<LineReader>();
  Buffer buffer_;            // what was read and not taken
  std::size_t taken_ = 0;    // of it: the line handed out last
  std::size_t scanned_ = 0;  // of the rest: without a newline
  bool at_end_ = false;      // of the file
  bool skipping_ = false;    // inside a line that is too long
  bool torn_end_ = false;
  std::uint64_t skipped_ = 0;
  std::uint64_t offset_ = 0;
  std::optional<Error> failure_;
};

}  // namespace zenws::record
