// A client's recording, as the client holds it: what goes over the wire is put in, at the cost of a copy.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <zenws/error.hpp>
#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "record/frame.hpp"
#include "record/recording_file.hpp"

namespace zenws::record {

// Threads: add() any; the rest is the client's loop's, until the end. Ends when it is destroyed.
class Recording {
 public:
  // Opens nothing yet: a disk that fails now is as one that fails later. Errors: recorder_failed, invalid_config; see
  // Claim::take.
  static Result<std::unique_ptr<Recording>> open(const std::string& path, const RecordOptions& options);
  explicit Recording(std::shared_ptr<RecordingFile> file) noexcept;
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  // Once, before all else.
  void belongs_to(telemetry::Subject client) { file_->belongs_to(std::move(client)); }

  // `epoch`: of the connection on which it goes.
  void add(TimePoint at, std::uint64_t epoch, Direction dir, Type type, std::span<const std::byte> payload);
  // `url`: redacted. The first time the writer is told that there is a recording.
  void connected(std::uint64_t epoch, std::string_view url);
  void disconnected(std::uint64_t epoch, const Error& error);
  // The peer broke the protocol: what the handler is told instead of a message.
  void protocol_error(TimePoint at, std::uint64_t epoch, const Error& error);

  // What is added later is lost. `done` is called once all of it is in the file, as far as the disk takes it, on any
  // thread; at once when there was no connection. May be called again.
  void finish(std::move_only_function<void()> done);

  [[nodiscard]] const RecordingFile& file() const noexcept { return *file_; }

 private:
  void event(TimePoint at, std::uint64_t epoch, std::string_view json);

  const std::shared_ptr<RecordingFile> file_;
  bool begun_ = false;
};

}  // namespace zenws::record
