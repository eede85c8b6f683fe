// What a recorded message says of channels and requests, and what a recorded event tells.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/dialect.hpp>
#include <zenws/recorder.hpp>
#include <zenws/request.hpp>

namespace zenws::program {

// Views live until the reader's next call.
struct Meaning {
  std::string_view channel = {};              // of an inbound update
  std::optional<RequestIdView> asks = {};     // an outbound request
  std::optional<RequestIdView> answers = {};  // an inbound reply
};

// The format's own: docs/format/recording.md.
struct RecordedEvent {
  std::string kind;                // connect, disconnect, dropped, protocol_error, or what the format does not know
  std::string text;                // the URL, the reason, the detail
  std::uint64_t count = 0;         // of dropped
  std::string name = {};           // of the client that connects, and
  std::vector<Label> labels = {};  // its labels
};

// Threads: one at a time.
class EntryReader {
 public:
  // Null: whatever of the venues' dialects understands a message.
  explicit EntryReader(std::shared_ptr<const Dialect> dialect);
  ~EntryReader();
  EntryReader(const EntryReader&) = delete;
  EntryReader& operator=(const EntryReader&) = delete;

  // Requires: a text message.
  [[nodiscard]] Meaning read_message(const RecordedEntry& entry);
  // Requires: an event. What cannot be read has no kind.
  [[nodiscard]] RecordedEvent read_event(const RecordedEntry& entry);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::shared_ptr<const Dialect> dialect_;
  std::shared_ptr<const Dialect> second_;  // asked when the first one understands nothing; may be null
};

}  // namespace zenws::program
