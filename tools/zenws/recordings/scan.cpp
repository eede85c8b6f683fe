#include "recordings/scan.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "console/progress_bar.hpp"
#include "recordings/request_matcher.hpp"

namespace zenws::program {
namespace {

using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

// How long the entry's line is, nearly: for the bar only, since nobody tells where in the file an entry stood.
std::uint64_t length_of(const RecordedEntry& entry) {
  constexpr std::uint64_t around = 86;  // the other members
  if (entry.type == Type::binary) return around + entry.data.size() * 4 / 3;
  return around + entry.data.size() + static_cast<std::uint64_t>(std::ranges::count(entry.data, '"'));
}

}  // namespace

Error no_recording() { return Error{errc::invalid_config, Phase::none, "no line of it is an entry of a recording"}; }

Result<Scanned> scan(const std::string& path, const std::shared_ptr<const Dialect>& dialect,
                     const std::function<void(const Seen&)>& see) {
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  Scanned scanned{.file_size = unknown ? 0 : size};
  ProgressBar bar{std::filesystem::path{path}.filename().string(), scanned.file_size};
  EntryReader reader{dialect};
  RequestMatcher matcher;
  std::uint64_t epoch = 0;
  std::uint64_t entries = 0;
  const auto look = [&](const RecordedEntry& entry) {
    ++entries;
    bar.advance(length_of(entry));
    Seen seen{.entry = entry};
    if (entry.type == Type::event) seen.event = reader.read_event(entry);
    // Epochs begin anew with each session in the file, and the event may be in another one.
    if (std::exchange(epoch, entry.epoch) != entry.epoch || seen.event.kind == "connect") matcher.begin_connection();
    if (entry.type == Type::text) seen.meaning = reader.read_message(entry);
    if (seen.meaning.asks) matcher.asked(*seen.meaning.asks, entry.ts);
    if (seen.meaning.answers) seen.latency = matcher.answered(*seen.meaning.answers, entry.ts);
    see(seen);
  };
  const Result<Replayed> read = Recorder::replay(path, look);
  if (!read) return std::unexpected{read.error()};
  if (entries == 0 && (read->skipped > 0 || read->torn_end)) {
    return std::unexpected{no_recording()};
  }
  scanned.skipped = read->skipped;
  scanned.torn_end = read->torn_end;
  return scanned;
}

}  // namespace zenws::program
