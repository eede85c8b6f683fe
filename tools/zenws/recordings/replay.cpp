#include "recordings/replay.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <span>
#include <string>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include <zenws/testing/replay_server.hpp>

#include "console/amounts.hpp"
#include "console/escape.hpp"
#include "console/output.hpp"
#include "console/signals.hpp"
#include "recordings/scan.hpp"

namespace zenws::program {
namespace {

using Clock = std::chrono::steady_clock;
using Direction = RecordedEntry::Direction;
using Type = RecordedEntry::Type;

// Whatever the file says: times may go back in it.
constexpr std::chrono::duration<double> at_once{0};
constexpr std::chrono::duration<double> longest_wait = std::chrono::hours{24 * 365};

// The way out of Recorder::replay().
struct NoMore : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "no more is wanted"; }
};

// Errors: Recorder::replay()'s; no_recording().
Result<> look_for_an_entry(const std::string& file) {
  const Result<Replayed> read = Recorder::replay(file, [](const RecordedEntry&) { throw NoMore{}; });
  if (read) return std::unexpected{no_recording()};
  return read.error() == errc::cancelled ? Result<>{} : std::unexpected{read.error()};
}

// Messages on stdout, each when it is due. Not by ReplayOptions::realtime, which no signal wakes.
class Printer {
 public:
  Printer(const ReplayArguments& arguments, const Signals& signals) : arguments_{arguments}, signals_{signals} {}

  // Throws NoMore.
  void print(const RecordedEntry& entry);
  // False: no more is wanted.
  bool flush();
  // What ended the printing; all: the recording did.
  [[nodiscard]] Written written() const noexcept { return written_; }

 private:
  void wait_for(RecordedTime ts);

  const ReplayArguments& arguments_;
  const Signals& signals_;
  std::optional<RecordedTime> first_;
  Clock::time_point begun_;
  std::string output_;
  Written written_ = Written::all;
};

void Printer::print(const RecordedEntry& entry) {
  if (entry.type != Type::text && entry.type != Type::binary) return;
  wait_for(entry.ts);
  if (!arguments_.direction) output_ += entry.dir == Direction::in ? "< " : "> ";
  if (entry.type == Type::text) {
    append_escaped(output_, entry.data);
  } else {
    append_hex(output_, std::as_bytes(std::span{entry.data}));
  }
  output_ += '\n';
  if (output_.size() >= output_chunk && !flush()) throw NoMore{};
}

void Printer::wait_for(RecordedTime ts) {
  if (std::isinf(arguments_.speed)) return;
  if (!first_) {
    first_ = ts;
    begun_ = Clock::now();
  }
  const std::chrono::duration<double> wait = std::chrono::duration<double>{ts - *first_} / arguments_.speed;
  const auto due = begun_ + std::chrono::duration_cast<Clock::duration>(std::clamp(wait, at_once, longest_wait));
  if (due <= Clock::now()) return;
  if (!flush()) throw NoMore{};
  if (!signals_.wait_until(due)) return;
  written_ = Written::interrupted;
  throw NoMore{};
}

bool Printer::flush() {
  written_ = write_all(STDOUT_FILENO, std::exchange(output_, {}), signals_);
  return written_ == Written::all && !signals_.asked_to_end();
}

Exit print(const ReplayArguments& arguments, const Signals& signals) {
  Printer printer{arguments, signals};
  const auto take = [&printer](const RecordedEntry& entry) { printer.print(entry); };
  const Result<Replayed> replayed = Recorder::replay(arguments.file, take, {.direction = arguments.direction});
  if (!replayed && replayed.error() != errc::cancelled) {
    say_error("cannot read " + arguments.file, replayed.error());
    return Exit::failed;
  }
  if (replayed) {
    (void)printer.flush();  // written() tells
    if (replayed->skipped > 0) say(fmt::format("damaged lines left out: {}", grouped(replayed->skipped)));
  }
  if (printer.written() != Written::failed) return Exit::ok;
  say("the messages cannot be written to stdout");
  return Exit::failed;
}

Exit serve(const ReplayArguments& arguments, const Signals& signals) {
  const auto server = testing::ReplayServer::start(arguments.file, {.port = *arguments.port,
                                                                    .speed = arguments.speed,
                                                                    .wait_for_message = arguments.wait_for_message,
                                                                    .close_at_end = !arguments.stay});
  if (!server) {
    say_error(fmt::format("cannot serve {} on port {}", arguments.file, *arguments.port), server.error());
    return Exit::failed;
  }
  if (!tell_url(server->url(), signals)) return Exit::failed;
  signals.wait_until(Clock::time_point::max());
  say(fmt::format("connections that got all of it: {}", grouped(server->played())));
  return Exit::ok;
}

}  // namespace

Exit run_replay(const ReplayArguments& arguments) {
  log_to_stderr(LogLevel::warning);
  const Signals signals;
  if (const Result<> found = look_for_an_entry(arguments.file); !found) {
    say_error("cannot read " + arguments.file, found.error());
    return Exit::failed;
  }
  return arguments.port ? serve(arguments, signals) : print(arguments, signals);
}

}  // namespace zenws::program
