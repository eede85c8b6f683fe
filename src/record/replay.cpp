// Entries again, one after another, in their time or at once.
#include <thread>

#include <zenws/recorder.hpp>

#include "base/contain.hpp"
#include "record/pace.hpp"
#include "record/reader.hpp"

namespace zenws {

namespace {

bool is_chosen(const RecordedEntry& entry, const ReplayOptions& options) noexcept {
  return (!options.direction || *options.direction == entry.dir) && (!options.from || entry.ts >= *options.from) &&
         (!options.until || entry.ts < *options.until);
}

}  // namespace

Result<Replayed> Recorder::replay(const std::string& path, const std::function<void(const RecordedEntry&)>& fn,
                                  const ReplayOptions& options) {
  if (!(options.speed > 0)) {  // not a number neither
    return std::unexpected{Error{errc::invalid_config, Phase::config, "Replay speed must be positive"}};
  }
  Result<record::Reader> reader = record::Reader::open(path);
  if (!reader) return std::unexpected{std::move(reader).error()};
  record::Pace pace{options.speed};
  Replayed done;
  while (const auto entry = reader->next()) {
    if (!is_chosen(*entry, options)) continue;
    if (options.realtime) std::this_thread::sleep_until(pace.due(entry->ts, Clock::now()));
    if (const auto called = contained([&] { fn(*entry); }); !called) {
      return std::unexpected{Error{errc::cancelled, Phase::none, "the function threw: " + called.error().what}};
    }
    ++done.delivered;
  }
  if (reader->failure()) return std::unexpected{*reader->failure()};
  done.skipped = reader->skipped();
  done.torn_end = reader->has_torn_end();
  return done;
}

}  // namespace zenws
