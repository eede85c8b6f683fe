// See tape.hpp.
#include "record/tape.hpp"

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

Tape::Tape(std::string path, const RecordOptions& options, Claim claim)
    : path_{std::move(path)},
      redactor_{options.redacted_keys},
      file_{path_, options},
      claim_{std::move(claim)},
      queue_{options.memory_limit} {}

void Tape::flush(Buffer& scratch, bool again) {
  if (finished_ || (failing_ && !again) || waiting_bytes() == 0) return;
  if (again) file_.look_again();
  write_all(scratch);
}

void Tape::write_all(Buffer& scratch) {
  const TimePoint begun = Clock::now();
  wall_clock_.set(begun, std::chrono::system_clock::now());
  Flushed flushed;
  // While the disk fails nothing is taken off the queue.
  bool ok = write_frames(frames_, flushed) && write_lines(flushed);
  if (ok) {
    scratch.clear();
    const Queue::Taken taken = queue_.take(scratch);
    ok = write_frames(scratch, flushed);
    if (!ok) frames_.swap(scratch);
    if (taken.dropped > 0) note_dropped(taken.dropped);
    ok = ok && write_lines(flushed);
  }
  if (ok && flushed.bytes > 0) {
    const std::error_code error = file_.sync();
    if (error) failed(error);
    ok = !error;
  }
  if (ok) recovered();
  queue_.hold(frames_.size() + lines_.size());
  give_back(scratch);
  give_back(lines_);
  if (flushed.lines > 0) tell_flushed(flushed, begun);
}

void Tape::finish(Buffer& scratch) {
  if (std::exchange(finished_, true)) return;
  file_.look_again();
  write_all(scratch);
  std::uint64_t lost = count_lines(as_text(std::as_const(lines_).bytes()));
  while (Queue::pop(frames_)) ++lost;
  scratch.clear();
  lost += queue_.take(scratch).frames;
  scratch.clear();
  lines_.release();
  frames_.release();
  queue_.hold(0);
  lost_.fetch_add(lost, std::memory_order_relaxed);
  file_.close();
  claim_.reset();
}

// False: the disk failed, and the rest stays in `frames`.
bool Tape::write_frames(Buffer& frames, Flushed& flushed) {
  while (const auto frame = Queue::pop(frames)) {
    append_line(lines_, wall_clock_.at(frame->at), *frame, redactor_);
    if (lines_.size() < write_at) continue;
    if (!write_lines(flushed)) return false;
    queue_.hold(frames.size());
  }
  return true;
}

bool Tape::write_lines(Flushed& flushed) {
  if (lines_.empty()) return true;
  const std::string_view text = as_text(std::as_const(lines_).bytes());
  const File::Written written = file_.append(text);
  const std::uint64_t lines = count_lines(text.substr(0, written.bytes));
  flushed.lines += lines;
  flushed.bytes += written.bytes;
  written_.fetch_add(lines, std::memory_order_relaxed);
  lines_.consume(written.bytes);
  if (written.error) failed(written.error);
  return !written.error;
}

void Tape::note_dropped(std::uint64_t count) {
  const std::string text = fmt::format(R"({{"event":"dropped","count":{}}})", count);
  append_line(lines_, wall_clock_.at(Clock::now()), {.at = {}, .type = Type::event, .payload = as_bytes(text)},
              redactor_);
}

void Tape::failed(std::error_code error) {
  errors_.fetch_add(1, std::memory_order_relaxed);
  if (!std::exchange(failing_, true) && has_logger()) {
    write_log(LogLevel::error, fmt::format("recording {}: {}; tried again every second", path_, error.message()));
  }
  if (!telemetry::wanted(Name::recorder_error)) return;
  const std::string reason = error.message();
  telemetry::emit(Name::recorder_error, {{"count", static_cast<double>(errors())}},
                  {{"client", client_}, {"path", path_}, {"reason", reason}});
}

void Tape::recovered() {
  if (std::exchange(failing_, false) && has_logger()) {
    write_log(LogLevel::info, fmt::format("recording {}: written again", path_));
  }
}

void Tape::tell_flushed(const Flushed& flushed, TimePoint begun) const {
  if (!telemetry::wanted(Name::recorder_flush)) return;
  const std::chrono::duration<double, std::milli> took = Clock::now() - begun;
  telemetry::emit(Name::recorder_flush,
                  {{"count", static_cast<double>(flushed.lines)},
                   {"bytes", static_cast<double>(flushed.bytes)},
                   {"duration_ms", took.count()}},
                  {{"client", client_}, {"path", path_}});
}

}  // namespace zenws::record
