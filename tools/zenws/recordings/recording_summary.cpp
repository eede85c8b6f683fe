#include "recordings/recording_summary.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <numeric>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "console/duration.hpp"

namespace zenws::program {

using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

std::uint64_t DirectionSummary::count() const noexcept {
  return std::accumulate(frames.begin(), frames.end(), std::uint64_t{0});
}

void RecordingSummary::add(const Seen& seen) {
  const RecordedEntry& entry = seen.entry;
  first_ts = std::min(first_ts.value_or(entry.ts), entry.ts);
  last_ts = std::max(last_ts.value_or(entry.ts), entry.ts);
  if (entry.epoch > 0) first_epoch = std::min(first_epoch.value_or(entry.epoch), entry.epoch);
  last_epoch = std::max(last_epoch, entry.epoch);
  if (entry.type == Type::event) return add_event(seen);

  const bool is_message = entry.type == Type::text || entry.type == Type::binary;
  DirectionSummary& way = entry.dir == Direction::in ? in : out;
  ++way.frames[static_cast<std::size_t>(entry.type)];
  way.bytes += entry.data.size();
  if (is_message) way.sizes.add(entry.data.size());
  if (seen.meaning.asks) ++requests;
  if (seen.latency) latencies.add(static_cast<std::uint64_t>(seen.latency->count()));
  if (entry.dir == Direction::out) return;
  note_gap(entry.ts);
  if (!is_message) return;
  if (seen.meaning.channel.empty()) {
    ++unnamed;
  } else {
    channels.add(seen.meaning.channel, entry.data.size());
  }
}

std::chrono::microseconds RecordingSummary::duration() const noexcept {
  return first_ts ? *last_ts - *first_ts : std::chrono::microseconds{0};
}

void RecordingSummary::add_event(const Seen& seen) {
  ++events;
  const std::string& kind = seen.event.kind;
  if (kind == "dropped") dropped += std::min(seen.event.count, UINT64_MAX - dropped);  // whoever wrote it
  if (kind == "protocol_error") ++protocol_errors;
  if (kind != "connect") return;
  ++connects;
  if (seen.entry.epoch > 1) ++reconnects;
  name = seen.event.name;
  labels = seen.event.labels;
}

void RecordingSummary::note_gap(RecordedTime ts) {
  if (last_inbound) {
    const std::chrono::microseconds gap = std::max(ts - *last_inbound, std::chrono::microseconds{0});
    gaps.add(static_cast<std::uint64_t>(gap.count()));
    if (gap > largest_gap) {
      largest_gap = gap;
      largest_gap_at = last_inbound;
    }
  }
  last_inbound = ts;
}

std::string show_time(RecordedTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  // Not by to_time_t(): it counts nanoseconds on the way, which end in 2262.
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(std::time_t{seconds.time_since_epoch().count()}),
                     (time - seconds).count());
}

std::string show_span(std::chrono::microseconds time) {
  using namespace std::chrono;
  if (time < 1min) return show_duration(time);
  const auto days = duration_cast<hours>(time) / 24h;
  const auto whole_hours = duration_cast<hours>(time).count() % 24;
  const auto whole_minutes = duration_cast<minutes>(time).count() % 60;
  if (days > 0) return fmt::format("{} d {} h", days, whole_hours);
  if (whole_hours > 0) return fmt::format("{} h {} min", whole_hours, whole_minutes);
  return fmt::format("{} min {} s", whole_minutes, duration_cast<seconds>(time).count() % 60);
}

}  // namespace zenws::program
