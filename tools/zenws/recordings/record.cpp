#include "recordings/record.hpp"

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>

#include "command_line/metrics_endpoint.hpp"
#include "connect/client_list.hpp"
#include "connect/inbox.hpp"
#include "connect/opening.hpp"
#include "connect/outcome.hpp"
#include "console/amounts.hpp"
#include "console/lifecycle_lines.hpp"
#include "console/output.hpp"
#include "console/signals.hpp"
#include "console/status_line.hpp"
#include "console/terminal.hpp"
#include "recordings/connection_gaps.hpp"
#include "recordings/record_line.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto between_looks = 20ms;    // at what has ended
constexpr auto between_frames = 200ms;  // of the live line
constexpr auto between_reports = 10s;   // where there is no terminal

std::uint64_t size_of(const std::string& path) {
  std::error_code missing;
  const std::uintmax_t size = std::filesystem::file_size(path, missing);
  return missing ? 0 : size;
}

// The client would try such a disk again and again; who has just typed the name wants to hear of it.
std::error_code why_not_writable(const std::string& path) {
  std::error_code failure;
  const bool is_there = std::filesystem::exists(path, failure);
  if (failure) return failure;
  const std::filesystem::path parent = std::filesystem::path{path}.parent_path();
  const std::string asked = is_there ? path : parent.empty() ? "." : parent.string();
  return ::access(asked.c_str(), W_OK) == 0 ? std::error_code{} : std::error_code{errno, std::system_category()};
}

// An open connection and its file, watched until something ends it.
class Session {
 public:
  Session(Client client, const ConnectArguments& arguments, const Signals& signals, const ConnectionGaps& gaps,
          bool in_place)
      : client_{std::move(client)}, arguments_{arguments}, signals_{signals}, gaps_{gaps}, in_place_{in_place} {}

  Exit run();

 private:
  [[nodiscard]] bool goes_on() const;
  [[nodiscard]] RecordProgress progress(Clock::time_point now);
  void show();
  [[nodiscard]] Exit finish();

  Client client_;
  const ConnectArguments& arguments_;
  const Signals& signals_;
  const ConnectionGaps& gaps_;
  const bool in_place_;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point shown_at_ = begun_;
  std::uint64_t shown_messages_ = 0;
};

bool Session::goes_on() const {
  if (gaps_.end()) return false;
  if (arguments_.duration && Clock::now() - begun_ >= *arguments_.duration) return false;
  return !arguments_.count || client_.get_state_metrics().messages_in < *arguments_.count;
}

RecordProgress Session::progress(Clock::time_point now) {
  const StateMetrics metrics = client_.get_state_metrics();
  const ConnectionGaps::Sum gaps = gaps_.sum(now);
  const double seconds = std::chrono::duration<double>{now - shown_at_}.count();
  const double rate = seconds > 0 ? static_cast<double>(metrics.messages_in - shown_messages_) / seconds : 0;
  shown_messages_ = metrics.messages_in;
  shown_at_ = now;
  return {.messages = metrics.messages_in,
          .rate = rate,
          .bytes = metrics.bytes_in,
          .gaps = gaps.count,
          .gap_time = gaps.time,
          .file_size = size_of(arguments_.options.record_to),
          .waiting = metrics.recorder_queue_bytes,
          .dropped = metrics.recorder_dropped};
}

void Session::show() {
  const std::string line = show_progress(progress(Clock::now()));
  if (in_place_) {
    show_status(line);
  } else {
    say(line);
  }
}

Exit Session::run() {
  const auto every = in_place_ ? Clock::duration{between_frames} : Clock::duration{between_reports};
  auto due = begun_ + every;
  while (goes_on() && !signals_.wait_until(Clock::now() + between_looks)) {
    if (arguments_.quiet || Clock::now() < due) continue;
    show();
    due = Clock::now() + every;
  }
  return finish();
}

Exit Session::finish() {
  const std::optional<Error> end = gaps_.end();
  if (in_place_) clear_status();
  // Returns when the file is whole.
  if (const Result<> closed = client_.close(); !closed && !end) say_error("closing", closed.error());
  Exit exit = end ? exit_of(*end, true) : Exit::ok;
  if (exit != Exit::ok) say_error(exit == Exit::protocol ? "the server broke the protocol" : "connection lost", *end);
  if (exit == Exit::ok && end && !arguments_.quiet) {
    say(fmt::format("the server closed the connection: {}", to_string(*end)));
  }
  const StateMetrics metrics = client_.get_state_metrics();
  if (!arguments_.quiet) {
    say(fmt::format("recorded {} entries, {} messages received, gaps {}: {} is {}", grouped(metrics.recorder_written),
                    grouped(metrics.messages_in), gaps_.sum(Clock::now()).count, arguments_.options.record_to,
                    show_bytes(size_of(arguments_.options.record_to))));
  }
  if (metrics.recorder_dropped > 0) {
    say(fmt::format("entries lost, the disk did not take them: {}", grouped(metrics.recorder_dropped)));
    exit = Exit::failed;
  }
  return exit;
}

// Tells what happens to the connection, and keeps it for the live line.
std::function<void(const Lifecycle&)> watcher(std::shared_ptr<ConnectionGaps> gaps, bool tells, bool in_place) {
  return [gaps = std::move(gaps), tells, in_place](const Lifecycle& event) {
    gaps->on_lifecycle(event, Clock::now());
    if (!tells) return;
    if (in_place) clear_status();
    say(show_lifecycle(event));
  };
}

}  // namespace

Exit run_record(const ConnectArguments& arguments) {
  log_as_asked(arguments);
  const std::string& path = arguments.options.record_to;
  if (const std::error_code why = why_not_writable(path)) {
    say(fmt::format("{} cannot be written: {}", path, why.message()));
    return Exit::failed;
  }
  Signals signals;
  const auto inbox = std::make_shared<Inbox>();
  const ClientList clients;
  const auto metrics = show_metrics(arguments.metrics, clients.discovery(), true, !arguments.quiet);
  if (!metrics) return metrics.error();
  Runtime runtime;

  const bool in_place = can_rewrite(STDERR_FILENO) && !arguments.quiet && !arguments.options.debug;
  const auto gaps = std::make_shared<ConnectionGaps>();
  auto client = open_connection(arguments, runtime, watcher(gaps, !arguments.quiet, in_place), signals, inbox);
  if (!client) return client.error();
  clients.add(*client);
  subscribe_to_channels(*client, arguments);
  return Session{*std::move(client), arguments, signals, *gaps, in_place}.run();
}

}  // namespace zenws::program
