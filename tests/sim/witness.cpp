#include "sim/witness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace zenws::sim {

using namespace std::chrono_literals;

namespace {

// It was never sent.
bool refused(const Error& error) {
  return error == errc::queue_full || error == errc::send_queue_full || error == errc::mailbox_full;
}

}  // namespace

void Witness::callback() { check_(!closed_, "no callback begins after close()"); }

// A rotation's attempts come while it is connected.
void Witness::attempts() {
  callback();
  if (open_) return;
  check_(!dialling_, "one attempt at a time");
  dialling_ = true;
  if (due_) {
    check_(world_.now() >= *due_, "an attempt comes no earlier than was announced");
    check_(world_.now() <= *due_ + longest_call + 1ms, "nobody waits longer than one call and a millisecond");
  }
  due_.reset();
}

void Witness::lifecycle(const Lifecycle& event) {
  callback();
  check_(!stopped_, "nothing follows Stopped");
  if (const auto* up = std::get_if<Connected>(&event)) connected(*up);
  if (const auto* down = std::get_if<Disconnected>(&event)) lost(*down);
  if (const auto* later = std::get_if<Reconnecting>(&event)) waits(*later);
  if (const auto* rotated = std::get_if<Rotated>(&event)) {
    check_(open_, "rotates while it is connected");
    check_(rotated->epoch > epoch_, "epochs grow");
    epoch_ = rotated->epoch;
  }
  if (std::holds_alternative<Restarting>(event)) {
    check_(!open_, "restarts what has ended");
    dialling_ = false;
    due_.reset();
  }
  stopped_ |= std::holds_alternative<Stopped>(event);
}

void Witness::connected(const Connected& event) {
  check_(!open_, "is told of one connection at a time");
  check_(event.epoch > epoch_, "epochs grow");
  epoch_ = event.epoch;
  open_ = true;
  open_since_ = world_.now();
  dialling_ = false;
}

// A close frame is the last that a connection brings: all before it must have been told. Who was told the last words
// has the close frame too, for they came together or nothing went wrong between them.
void Witness::lost(const Disconnected& event) {
  check_(open_, "what is lost was open");
  open_ = false;
  const bool was_whole = std::exchange(whole_, in_order_ && !rotates_);
  const auto last_words = venue_.last_words(connection_);
  check_(closing_ || last_words || fears_silence_ || !venue_.is_calm(), "nothing is lost in calm weather");
  if (!was_whole || closing_ || !last_words) return;
  const bool was_told = seen_[connection_].last == *last_words;
  if (event.close_code == 1001) check_(was_told, "last words are told before the end");
  if (was_told && venue_.has_parted(connection_)) check_(event.close_code == 1001, "what the venue said last is told");
}

void Witness::waits(const Reconnecting& event) {
  check_(!open_, "waits for an attempt while nothing is open");
  dialling_ = false;
  due_ = world_.now() + event.delay;
  // After a connection that was stable the first attempt comes at once, and the backoff begins with the second.
  const double longest = static_cast<double>(max_backoff_.count());
  const double most = std::min(longest, std::ldexp(static_cast<double>(retry_delay_.count()), event.attempt - 1));
  const double least = event.attempt == 1 ? 0 : std::min(longest, most / 2) * (1 - jitter_);
  const auto delay = static_cast<double>(event.delay.count());
  check_(delay <= most && delay >= std::floor(least), "the backoff keeps within its bounds");
}

void Witness::message(std::string_view text) {
  callback();
  if (in_order_ && !logs_in_) check_(open_, "messages come while it is connected");
  const auto update = update_of(text);
  if (update) updated(*update);
  if (const auto stamp = stamp_of(text)) saw(*stamp, update.has_value());
}

// The venue counts all that it publishes.
void Witness::updated(const Update& update) {
  std::uint64_t& last = updates_[std::string{update.channel}];
  check_(update.number > last, "updates of a channel come in order, once");
  last = update.number;
}

// On one connection all comes in order, and nothing is missing unless a rotation has taken it out. A rotation holds
// updates back, but nothing else.
void Witness::saw(Stamp stamp, bool is_update) {
  Seen& seen = seen_[stamp.connection];
  std::uint64_t& last = whole_ || is_update ? seen.last : seen.last_beside;
  check_(stamp.number > last, "what a connection brings comes in order, once");
  check_(!whole_ || stamp.connection >= connection_, "connections follow each other");
  connection_ = stamp.connection;
  std::uint64_t next = seen.last + 1;
  while (seen.elsewhere.contains(next)) ++next;
  check_(!whole_ || stamp.number == next, "nothing is missing");
  last = stamp.number;
}

std::size_t Witness::asks(bool is_answered) {
  asked_.push_back({.in_calm = is_answered && open_ && venue_.is_calm()});
  return asked_.size() - 1;
}

void Witness::answered(std::size_t request, const Result<Response>& answer) {
  Asked& asked = asked_.at(request);
  check_(++asked.endings == 1, "a request ends once");
  if (!answer) {
    const bool had_no_chance = closing_ || fears_silence_ || refused(answer.error());
    return check_(!asked.in_calm || had_no_chance || !venue_.is_calm(), "a request is answered in calm weather");
  }
  check_(answer->text().contains(fmt::format(R"("n":{}}})", request)), "a request gets its own answer");
  if (const auto stamp = stamp_of(answer->text())) {
    Seen& seen = seen_[stamp->connection];
    // A rotation holds back what the new connection brings, but no answers.
    whole_ ? saw(*stamp, false) : (void)seen.elsewhere.insert(stamp->number);
  }
}

// Before it counts as connected.
void Witness::logged_in(const Response& answer) {
  if (const auto stamp = stamp_of(answer.text())) seen_[stamp->connection].elsewhere.insert(stamp->number);
}

void Witness::closed() {
  closed_ = true;
  open_ = false;
}

void Witness::check_requests() const {
  check_(std::ranges::all_of(asked_, [](const Asked& asked) { return asked.endings == 1; }), "each request ends once");
}

}  // namespace zenws::sim
