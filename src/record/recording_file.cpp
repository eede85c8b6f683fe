#include "record/recording_file.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/logger.hpp"
#include "record/line.hpp"
#include "telemetry/telemetry.hpp"

namespace zenws::record {

namespace {

using telemetry::Name;

// Text that is made before it is written, and memory that is kept when there is nothing to do.
constexpr std::size_t write_at = std::size_t{256} << 10U;
constexpr std::size_t kept_capacity = std::size_t{4} << 20U;

std::uint64_t count_lines(std::string_view text) noexcept {
  std::uint64_t lines = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ++lines;
  return lines;
}

void give_back(Buffer& buffer) noexcept {
  if (buffer.empty() && buffer.capacity() > kept_capacity) buffer.release();
}

}  // namespace

RecordingFile::RecordingFile(std::string path, const RecordOptions& options, Claim claim)
    : path_{std::move(path)},
      redactor_{options.redacted_keys},
      file_{path_, options},
      claim_{std::move(claim)},
      queue_{options.memory_limit} {}

void RecordingFile::flush(bool again) {
  if (again) queue_.trim();
  if (finished_ || (failing_ && !again) || waiting_bytes() == 0) return;
  if (again) file_.look_again();
  write_all();
}

void RecordingFile::write_all() {
  const TimePoint begun = Clock::now();
  wall_clock_.set(begun, wall_now());
  Flushed flushed;
  bool ok = write_round(flushed);
  if (ok && flushed.bytes > 0) {
    const std::error_code error = file_.sync();
    if (error) failed(error);
    ok = !error;
  }
  if (ok) recovered();
  queue_.hold(lines_.size());
  give_back(lines_);
  if (flushed.lines > 0) tell_flushed(flushed, begun);
}

// False: the disk failed. While it does, nothing is taken off the queue.
bool RecordingFile::write_round(Flushed& flushed) {
  if (!write_lines(flushed)) return false;
  queue_.begin_round();
  if (!write_frames(flushed)) return false;
  if (const std::uint64_t dropped = queue_.take_dropped(); dropped > 0) note_dropped(dropped);
  return write_lines(flushed);
}

void RecordingFile::finish() {
  if (std::exchange(finished_, true)) return;
  file_.look_again();
  write_all();
  std::uint64_t lost = std::exchange(line_count_, 0);
  queue_.begin_round();
  while (queue_.pop()) ++lost;
  lines_.release();
  queue_.hold(0);
  lost_.fetch_add(lost, std::memory_order_relaxed);
  file_.close();
  claim_.reset();
}

// False: the disk failed, and the rest stays in the queue.
bool RecordingFile::write_frames(Flushed& flushed) {
  while (const auto frame = queue_.pop()) {
    append(*frame);
    if (lines_.size() < write_at) continue;
    if (!write_lines(flushed)) return false;
    queue_.hold(0);
    queue_.make_ahead();
  }
  return true;
}

void RecordingFile::append(const Frame& frame) {
  append_line(lines_, timestamp_.text(wall_clock_.at(frame.at)), frame, redactor_);
  ++line_count_;
}

bool RecordingFile::write_lines(Flushed& flushed) {
  if (lines_.empty()) return true;
  const std::string_view text = as_text(std::as_const(lines_).bytes());
  const File::Written written = file_.append(text);
  const bool is_all = written.bytes == text.size();
  const std::uint64_t lines = is_all ? line_count_ : count_lines(text.substr(0, written.bytes));
  line_count_ -= lines;
  flushed.lines += lines;
  flushed.bytes += written.bytes;
  written_.fetch_add(lines, std::memory_order_relaxed);
  lines_.consume(written.bytes);
  if (written.error) failed(written.error);
  return !written.error;
}

void RecordingFile::note_dropped(std::uint64_t count) {
  const std::string text = fmt::format(R"({{"event":"dropped","count":{}}})", count);
  append({.at = Clock::now(), .type = Type::event, .payload = as_bytes(text)});
}

void RecordingFile::failed(std::error_code error) {
  errors_.fetch_add(1, std::memory_order_relaxed);
  if (!std::exchange(failing_, true) && has_logger()) {
    write_log(LogLevel::error, fmt::format("recording {}: {}; tried again every second", path_, error.message()));
  }
  if (!telemetry::is_attached(Name::recorder_error)) return;
  const std::string reason = error.message();
  client_.tell(Name::recorder_error, {{"count", static_cast<double>(errors())}}, {{"path", path_}, {"reason", reason}});
}

void RecordingFile::recovered() {
  if (std::exchange(failing_, false) && has_logger()) {
    write_log(LogLevel::info, fmt::format("recording {}: written again", path_));
  }
}

void RecordingFile::tell_flushed(const Flushed& flushed, TimePoint begun) const {
  if (!telemetry::is_attached(Name::recorder_flush)) return;
  const std::chrono::duration<double, std::milli> took = Clock::now() - begun;
  client_.tell(Name::recorder_flush,
               {{"count", static_cast<double>(flushed.lines)},
                {"bytes", static_cast<double>(flushed.bytes)},
                {"duration_ms", took.count()}},
               {{"path", path_}});
}

}  // namespace zenws::record
