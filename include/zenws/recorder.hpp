/// \file
/// Reading recordings: what one holds, and living it again.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>
#include <zenws/options.hpp>

namespace zenws {

/// Microseconds of UTC: the precision of a recording.
using RecordedTime = std::chrono::sys_time<std::chrono::microseconds>;

/// One line of a recording. Lifetime: its view is valid until the function that receives it returns.
struct RecordedEntry {
  /// Which way it went.
  enum class Direction : std::uint8_t { in, out };
  /// What it was: a frame, or something that happened to the connection.
  enum class Type : std::uint8_t { text, binary, close, ping, pong, event };

  RecordedTime ts = {};           ///< When it was read from the socket, or accepted for sending.
  Direction dir = Direction::in;  ///< Events are `in`.
  Type type = Type::text;         ///< See docs/format/recording.md.
  /// The payload, decoded: the frame's own bytes. Of close and event JSON text, as the format says.
  std::string_view data = {};
  std::uint64_t epoch = 0;  ///< The client's connection, from 1; 0 before the first.
  friend bool operator==(const RecordedEntry&, const RecordedEntry&) = default;
};
/// "in" or "out".
[[nodiscard]] std::string_view to_string(RecordedEntry::Direction direction) noexcept;
/// "text", "binary", "close", "ping", "pong" or "event".
[[nodiscard]] std::string_view to_string(RecordedEntry::Type type) noexcept;

/// What a recording holds.
struct RecordingMetadata {
  std::uint64_t count = 0;       ///< Frames, both directions; events apart.
  std::uint64_t inbound = 0;     ///< Frames received.
  std::uint64_t outbound = 0;    ///< Frames sent.
  std::uint64_t text = 0;        ///< Text messages, both directions.
  std::uint64_t binary = 0;      ///< Binary messages.
  std::uint64_t ping = 0;        ///< Pings.
  std::uint64_t pong = 0;        ///< Pongs.
  std::uint64_t close = 0;       ///< Close frames.
  std::uint64_t events = 0;      ///< Lines of type event.
  std::uint64_t connects = 0;    ///< Connections that were opened.
  std::uint64_t reconnects = 0;  ///< Those of a client that had been connected before: of epoch 2 and later.
  std::uint64_t bytes_in = 0;    ///< Payload received.
  std::uint64_t bytes_out = 0;   ///< Payload sent.
  std::uint64_t dropped = 0;     ///< Entries that the recorder could not keep, as it says itself.
  std::uint64_t skipped = 0;     ///< Damaged lines, passed over.
  bool torn_end = false;         ///< The last line is cut: the process was killed, or still writes.
  std::uint64_t file_size = 0;   ///< Bytes.
  std::optional<RecordedTime> first_ts = {};        ///< The earliest, of events too; empty of an empty recording.
  std::optional<RecordedTime> last_ts = {};         ///< The latest.
  std::chrono::microseconds duration{0};            ///< Between those.
  std::chrono::microseconds largest_gap{0};         ///< The longest time without an inbound frame.
  std::optional<RecordedTime> largest_gap_at = {};  ///< When it began.
  std::string name = {};                            ///< Options::name of the client that connected last.
  std::vector<Label> labels = {};                   ///< Its Options::labels.
};

/// How a recording is replayed.
struct ReplayOptions {
  /// Waits between two entries as long as it took then; false = as fast as the function takes them.
  bool realtime = false;
  /// With realtime: so many times faster; > 0.
  double speed = 1;
  std::optional<RecordedEntry::Direction> direction = {};  ///< Only this direction; events are `in`.
  std::optional<RecordedTime> from = {};                   ///< Nothing earlier.
  std::optional<RecordedTime> until = {};                  ///< Nothing at this time or later.
  /// For replay_into(): as Options::decode_json when it was recorded.
  bool decode_json = true;
  /// For replay_into(): as Options::dialect when it was recorded.
  std::shared_ptr<const Dialect> dialect = {};
};

/// What a replay has done.
struct Replayed {
  std::uint64_t delivered = 0;  ///< Entries, or messages, given to the function.
  std::uint64_t skipped = 0;    ///< Damaged lines, passed over.
  bool torn_end = false;        ///< The last line is cut, as RecordingMetadata::torn_end.
};

/// Reads what Options::record_to has written. A file is read as a stream: its size does not matter.
///
/// A damaged line is skipped and counted; a torn last one, and blank ones, are normal. Members that the format does not
/// know are ignored.
/// Threads: any; several may read one file, also while it is written.
/// See:     docs/guide/recording.md, docs/format/recording.md, examples/15_record_and_replay.cpp
class Recorder {
 public:
  /// Longest line that is read, in bytes; a longer one counts as damaged.
  static constexpr std::size_t longest_line = std::size_t{256} << 20U;

  /// What the recording holds. Errors: the system's, when the file cannot be read.
  [[nodiscard]] static Result<RecordingMetadata> metadata(const std::string& path);

  /// Calls `fn` with each entry, in the file's order, on the calling thread.
  ///
  /// Errors: the system's, when the file cannot be read; errc::invalid_config for a speed that is not positive;
  /// errc::cancelled when `fn` throws, with the exception's text: the replay ends there.
  [[nodiscard]] static Result<Replayed> replay(const std::string& path,
                                               const std::function<void(const RecordedEntry&)>& fn,
                                               const ReplayOptions& options = {});

  /// Calls `handler` with each inbound message, decoded by the code that decodes live ones: the same shapes, the same
  /// bytes, in the same order, protocol errors included.
  ///
  /// What the client had taken for itself arrives too, since nobody takes it here: answers to its requests and
  /// subscriptions as UnmatchedResponse, heartbeats as ordinary messages. A handler that takes a ClientRef is given one
  /// of no client. ReplayOptions::direction is not looked at.
  /// Errors: as replay.
  [[nodiscard]] static Result<Replayed> replay_into(const std::string& path, const Handler& handler,
                                                    const ReplayOptions& options = {});
};

}  // namespace zenws
