// See scan.hpp.
#include "recordings/scan.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <zenws/json.hpp>

#include "console/progress_bar.hpp"
#include "recordings/request_matcher.hpp"

namespace zenws::program {
namespace {

using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

constexpr std::uint64_t longest_tail = std::uint64_t{16} << 20U;

// How long the entry's line is, nearly: for the bar only, since nobody tells where in the file an entry stood.
std::uint64_t length_of(const RecordedEntry& entry) {
  constexpr std::uint64_t around = 86;  // the other members
  if (entry.type == Type::binary) return around + entry.data.size() * 4 / 3;
  return around + entry.data.size() + static_cast<std::uint64_t>(std::ranges::count(entry.data, '"'));
}

// What stands behind the last newline, if it is short.
std::string tail_of(const std::string& path, std::uint64_t size) {
  std::ifstream file{path, std::ios::binary};
  const std::uint64_t length = std::min(size, longest_tail);
  file.seekg(static_cast<std::streamoff>(size - length));
  std::string text(static_cast<std::size_t>(length), '\0');
  file.read(text.data(), static_cast<std::streamsize>(length));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  const std::size_t newline = text.rfind('\n');
  return newline == std::string::npos ? text : text.substr(newline + 1);
}

bool is_torn(const std::string& tail) {
  if (tail.find_first_not_of(" \t\r") == std::string::npos) return false;
  simdjson::dom::parser parser;
  return parser.parse(tail).error() != simdjson::SUCCESS;
}

}  // namespace

Result<Scanned> scan(const std::string& path, const std::shared_ptr<const Dialect>& dialect,
                     const std::function<void(const Seen&)>& see) {
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  Scanned scanned{.file_size = unknown ? 0 : size};
  ProgressBar bar{std::filesystem::path{path}.filename().string(), scanned.file_size};
  EntryReader reader{dialect};
  RequestMatcher matcher;
  std::uint64_t epoch = 0;
  const auto look = [&](const RecordedEntry& entry) {
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
  scanned.skipped = read->skipped;
  if (scanned.file_size > 0) scanned.torn_end = is_torn(tail_of(path, scanned.file_size));
  return scanned;
}

}  // namespace zenws::program
