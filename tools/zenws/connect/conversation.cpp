#include "connect/conversation.hpp"

#include <algorithm>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include <zenws/asio.hpp>

#include "connect/outcome.hpp"
#include "console/escape.hpp"
#include "console/output.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int messages_per_turn = 1000;
constexpr int retry_sending_after = 5;  // milliseconds
constexpr std::size_t frame_overhead = 64;

Clock::time_point deadline_of(const ConnectArguments& arguments) {
  return arguments.duration ? Clock::now() + *arguments.duration : Clock::time_point::max();
}

}  // namespace

Conversation::Conversation(Client client, const ConnectArguments& arguments, const Signals& signals,
                           std::shared_ptr<Inbox> inbox)
    : client_{std::move(client)},
      arguments_{arguments},
      signals_{signals},
      inbox_{std::move(inbox)},
      deadline_{deadline_of(arguments)},
      input_{STDIN_FILENO, arguments.options.send_queue_limit - frame_overhead} {}

Exit Conversation::run() {
  receive_next();
  while (!exit_) {
    wait();
    if (signals_.asked_to_end() || Clock::now() >= deadline_) {
      close(Exit::ok);
    } else {
      take_messages();
      if (!exit_) take_lines();
    }
  }
  return *exit_ == Exit::ok && line_refused_ ? Exit::failed : *exit_;
}

void Conversation::wait() {
  const bool wants_input = input_.condition() == LineReader::Condition::open && !line_waits_;
  pollfd entries[] = {{.fd = signals_.descriptor(), .events = POLLIN, .revents = 0},
                      {.fd = inbox_->descriptor(), .events = POLLIN, .revents = 0},
                      {.fd = wants_input ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0}};
  ::poll(entries, std::size(entries), time_to_wait());
  // Not POLLIN alone: the end of a pipe, and a stdin that was closed from the start, show in other bits.
  input_readable_ = entries[2].revents != 0;
}

int Conversation::time_to_wait() const {
  if (messages_wait_) return 0;
  const int until_deadline = deadline_ == Clock::time_point::max() ? -1 : milliseconds_until(deadline_);
  if (!line_waits_) return until_deadline;
  return until_deadline < 0 ? retry_sending_after : std::min(until_deadline, retry_sending_after);
}

// ---- messages

void Conversation::receive_next() {
  async_receive(client_, [inbox = inbox_](Result<OwnedMessage> message) { inbox->put(std::move(message)); });
}

// The first of a burst comes through the inbox, which wakes us; the others are fetched at once.
void Conversation::take_messages() {
  if (!messages_wait_) {
    inbox_->clear();
    auto first = inbox_->take_message();
    if (!first) return;
    take(std::move(*first));
  }
  messages_wait_ = false;
  for (int taken = 1; !exit_; ++taken) {
    if (taken == messages_per_turn) {
      messages_wait_ = true;
      break;
    }
    Result<OwnedMessage> message = client_.receive(0ms);
    if (!message && message.error() == errc::timeout) {
      receive_next();
      break;
    }
    take(std::move(message));
  }
  if (!exit_) flush();
}

void Conversation::take(Result<OwnedMessage> message) {
  if (!message) return on_end(message.error());
  switch (message->kind()) {
    case OwnedMessage::Kind::protocol_error:
      return;  // the end follows, and says the same
    case OwnedMessage::Kind::binary:
      append_hex(output_, message->bytes());
      break;
    default:
      append_escaped(output_, message->text());
      break;
  }
  output_ += '\n';
  if (output_.size() >= output_chunk) flush();
  if (++received_ == arguments_.count && !exit_) close(Exit::ok);
}

void Conversation::flush() {
  const Written written = write_all(STDOUT_FILENO, output_, signals_, deadline_);
  output_.clear();
  if (written == Written::nobody_reads) {
    if (!arguments_.quiet) say("nobody reads stdout any more: ending");
    return close(Exit::ok);
  }
  if (written != Written::failed) return;
  say("the messages cannot be written to stdout");
  close(Exit::failed);
}

// ---- lines

void Conversation::take_lines() {
  line_waits_ = false;
  while (true) {
    while (const auto line = input_.front()) {
      if (!send(*line)) {
        line_waits_ = true;
        return;
      }
      input_.drop_front();
    }
    if (!std::exchange(input_readable_, false)) break;
    input_.read_some();
  }
  check_input();
}

// False when the line must wait. A connection that has ended for good shows in the inbox.
bool Conversation::send(std::string_view line) {
  const Result<> sent =
      arguments_.binary ? client_.send_binary(std::as_bytes(std::span{line})) : client_.send_message(line);
  if (sent) {
    ++sent_;
    return true;
  }
  const Error& error = sent.error();
  if (error != errc::invalid_utf8) return false;
  say(fmt::format("line {} is not valid UTF-8 and was not sent; --binary sends any bytes", input_.line_number() + 1));
  line_refused_ = true;
  return true;
}

void Conversation::check_input() {
  switch (input_.condition()) {
    case LineReader::Condition::open:
    case LineReader::Condition::at_end:
      return;
    case LineReader::Condition::line_too_long:
      say(fmt::format("line {} is too long to be sent as one message", input_.line_number() + 1));
      return close(Exit::failed);
    case LineReader::Condition::failed:
      say("stdin cannot be read");
      return close(Exit::failed);
  }
}

// ---- the end

void Conversation::close(Exit exit) {
  exit_ = exit;
  const Written written = write_all(STDOUT_FILENO, std::exchange(output_, {}), signals_, deadline_);
  if (written == Written::failed) exit_ = Exit::failed;
  // Bounded; a server that does not answer the close frame changes nothing about how this ended.
  if (const Result<> closed = client_.close(); !closed) say_error("closing", closed.error());
  tell_totals();
}

void Conversation::on_end(const Error& error) {
  flush();
  if (exit_) return;
  exit_ = exit_of(error, true);
  if (*exit_ != Exit::ok) {
    say_error(*exit_ == Exit::protocol ? "the server broke the protocol" : "connection lost", error);
  } else if (!arguments_.quiet) {
    say(fmt::format("the server closed the connection: {}", to_string(error)));
  }
  tell_totals();
}

void Conversation::tell_totals() const {
  const StateMetrics metrics = client_.get_state_metrics();
  const std::uint64_t dropped = metrics.dropped_on_disconnect + metrics.dropped_in_limiter;
  if (dropped > 0) say(fmt::format("lines lost with the connection, not yet written: {}", dropped));
  if (!arguments_.quiet) say(fmt::format("messages received: {}, lines sent: {}", received_, sent_));
}

}  // namespace zenws::program
