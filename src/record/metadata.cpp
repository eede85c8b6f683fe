// What a recording holds, counted in one pass.
#include <algorithm>
#include <cstdint>
#include <utility>

#include <zenws/recorder.hpp>

#include "record/reader.hpp"

namespace zenws {

namespace {

using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

class Tally {
 public:
  void add(const RecordedEntry& entry) {
    RecordingMetadata& found = found_;
    found.first_ts = std::min(found.first_ts.value_or(entry.ts), entry.ts);
    found.last_ts = std::max(found.last_ts.value_or(entry.ts), entry.ts);
    if (entry.type == Type::event) return add_event(entry);
    ++found.count;
    ++count_of(entry.type);
    (entry.dir == Direction::in ? found.bytes_in : found.bytes_out) += entry.data.size();
    if (entry.dir == Direction::out) return void(++found.outbound);
    ++found.inbound;
    note_gap(entry.ts);
  }

  RecordingMetadata finish(const record::Reader& reader) {
    if (found_.first_ts) found_.duration = *found_.last_ts - *found_.first_ts;
    found_.skipped = reader.skipped();
    found_.torn_end = reader.has_torn_end();
    found_.file_size = reader.offset();
    return found_;
  }

 private:
  void add_event(const RecordedEntry& entry) {
    ++found_.events;
    auto event = record::read_event(entry.data);
    if (!event) return;
    if (event->kind == "dropped") found_.dropped += std::min(event->count, UINT64_MAX - found_.dropped);
    if (event->kind != "connect") return;
    ++found_.connects;
    if (entry.epoch > 1) ++found_.reconnects;
    found_.name = std::move(event->name);
    found_.labels = std::move(event->labels);
  }

  std::uint64_t& count_of(Type type) noexcept {
    switch (type) {
      case Type::text:
        return found_.text;
      case Type::binary:
        return found_.binary;
      case Type::close:
        return found_.close;
      case Type::ping:
        return found_.ping;
      case Type::pong:
        return found_.pong;
      case Type::event:
        break;
    }
    return found_.events;
  }

  void note_gap(RecordedTime ts) {
    if (last_inbound_ && ts - *last_inbound_ > found_.largest_gap) {
      found_.largest_gap = ts - *last_inbound_;
      found_.largest_gap_at = last_inbound_;
    }
    last_inbound_ = ts;
  }

  RecordingMetadata found_;
  std::optional<RecordedTime> last_inbound_;
};

}  // namespace

Result<RecordingMetadata> Recorder::metadata(const std::string& path) {
  Result<record::Reader> reader = record::Reader::open(path);
  if (!reader) return std::unexpected{std::move(reader).error()};
  Tally tally;
  while (const auto entry = reader->next()) tally.add(*entry);
  if (reader->failure()) return std::unexpected{*reader->failure()};
  return tally.finish(*reader);
}

}  // namespace zenws
