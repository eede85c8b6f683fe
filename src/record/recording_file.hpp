// One recording between the client and its file: what waits, how it becomes lines, what has failed.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <zenws/options.hpp>

#include "base/buffer.hpp"
#include "record/claims.hpp"
#include "record/file.hpp"
#include "record/queue.hpp"
#include "record/redactor.hpp"
#include "record/timestamp.hpp"
#include "record/wall_clock.hpp"
#include "telemetry/subject.hpp"

namespace zenws::record {

// Threads: queue() and the numbers any; the rest is the writer's.
class RecordingFile {
 public:
  RecordingFile(std::string path, const RecordOptions& options, Claim claim);

  [[nodiscard]] Queue& queue() noexcept { return queue_; }
  // Before the first frame.
  void belongs_to(telemetry::Subject client) { client_ = std::move(client); }
  [[nodiscard]] const telemetry::Subject& client() const noexcept { return client_; }

  // Frees the path. Requires: the writer was never told of this file.
  void give_up_claim() noexcept { claim_.reset(); }

  // Writes what waits. `again`: also when the last attempt failed, and a file that was taken away is noticed.
  void flush(bool again);
  // Writes what waits, once; counts what cannot be written as dropped, and lets go of file and path. Nothing
  // is written after it.
  void finish();

  [[nodiscard]] std::uint64_t written() const noexcept { return written_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t dropped() const noexcept {
    return queue_.dropped() + lost_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t waiting_bytes() const noexcept { return queue_.waiting_bytes(); }
  [[nodiscard]] std::uint64_t errors() const noexcept { return errors_.load(std::memory_order_relaxed); }

 private:
  struct Flushed {
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;
  };
  void write_all();
  bool write_round(Flushed& flushed);
  bool write_lines(Flushed& flushed);
  bool write_frames(Flushed& flushed);
  void append(const Frame& frame);
  void note_dropped(std::uint64_t count);
  void failed(std::error_code error);
  void recovered();
  void tell_flushed(const Flushed& flushed, TimePoint begun) const;

  const std::string path_;
  telemetry::Subject client_;
  const Redactor redactor_;
  File file_;
  std::optional<Claim> claim_;
  Queue queue_;
  WallClock wall_clock_;
  Timestamp timestamp_;
  Buffer lines_;  // not written yet
  std::uint64_t line_count_ = 0;
  bool failing_ = false;
  bool finished_ = false;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> errors_{0};
};

}  // namespace zenws::record
