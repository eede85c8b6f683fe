// See report_data.hpp: the gathering.
#include "recordings/report_data.hpp"

#include <algorithm>
#include <limits>

namespace zenws::program {
namespace {

using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

// Not within a character of UTF-8.
std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string{text};
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return std::string{text.substr(0, most)} + "…";
}

std::vector<std::uint64_t> all_edges() {
  std::vector<std::uint64_t> edges{0, 1, 2, 3, 5, 7};
  for (std::uint64_t decade = 10; decade <= std::numeric_limits<std::uint64_t>::max() / 100; decade *= 10) {
    for (const std::uint64_t tenths : {10U, 15U, 20U, 30U, 50U, 70U}) edges.push_back(decade / 10 * tenths);
  }
  return edges;
}

}  // namespace

void ReportData::add(const Seen& seen) {
  summary_.add(seen);
  const RecordedEntry& entry = seen.entry;
  follow_connection(seen);
  TimeBin& bin = bins_.at(entry.ts);
  if (entry.type == Type::event) {
    if (events_.size() >= most_marks) return;
    events_.push_back({entry.ts, entry.epoch, cut(seen.event.kind, longest_text), cut(seen.event.text, longest_text)});
    if (seen.event.kind == "dropped") events_.back().text = std::to_string(seen.event.count) + " entries";
    return;
  }
  if (seen.latency) {
    const auto latency = static_cast<std::uint64_t>(seen.latency->count());
    ++bin.answers;
    bin.latency_sum += latency;
    bin.latency_max = std::max(bin.latency_max, latency);
  }
  if (entry.type != Type::text && entry.type != Type::binary) return;
  ++(entry.dir == Direction::in ? bin.in : bin.out);
  if (entry.dir == Direction::in) bin.bytes_in += entry.data.size();
}

void ReportData::follow_connection(const Seen& seen) {
  const RecordedEntry& entry = seen.entry;
  const bool is_open = !connections_.empty() && !connections_.back().to;
  if (is_open && seen.event.kind == "disconnect") {
    connections_.back().to = entry.ts;
    return;
  }
  if (seen.event.kind == "disconnect" || entry.epoch == 0) return;
  // Frames of an epoch that was not opened here: the file was rotated, or began to be kept later.
  const bool is_known = !connections_.empty() && connections_.back().epoch == entry.epoch;
  if (is_known && seen.event.kind != "connect") return;
  if (connections_.size() >= most_marks) return;
  connections_.push_back({.epoch = entry.epoch, .from = entry.ts, .to = std::nullopt});
}

Bars bars_of(const LogHistogram& values) {
  static const std::vector<std::uint64_t> edges = all_edges();
  if (values.count() == 0) return {};
  // The edges around what there is; the last bar takes all that is above.
  auto first = std::ranges::upper_bound(edges, values.min()) - 1;
  auto last = std::min(std::ranges::upper_bound(edges, values.max()), edges.end() - 1);
  if (first >= last) first = last - 1;
  Bars bars{.edges = {first, last + 1}, .counts = {}};
  std::uint64_t left = values.count();
  for (std::size_t i = 0; i + 2 < bars.edges.size(); ++i) {
    bars.counts.push_back(values.between(bars.edges[i], bars.edges[i + 1]));
    left -= bars.counts.back();
  }
  bars.counts.push_back(left);
  return bars;
}

}  // namespace zenws::program
