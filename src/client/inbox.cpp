#include "client/inbox.hpp"

#include <utility>
#include <variant>

#include <fmt/format.h>

namespace zenws::client {

Inbox::Inbox(net::Loop& loop, const Options& options, Counters& counters, Voice& voice, Owner& owner)
    : loop_{loop},
      options_{options},
      counters_{counters},
      voice_{voice},
      owner_{owner},
      mailbox_{{options.mailbox_limit, options.mailbox_bytes}, options.mailbox_overflow, counters} {}

bool Inbox::has_room(bool must_read) {
  if (mailbox_.has_room(must_read || counters_.pending_requests.value() != 0)) return true;
  loop_.post([this, kept = owner_.keep()] { look_at_full_mailbox(); });
  return false;
}

void Inbox::deliver(const Message& message) {
  OwnedMessage owned = std::visit([](const auto& alternative) { return alternative.own(); }, message);
  const Delivery delivery = mailbox_.deliver(std::move(owned));
  if (delivery == Delivery::kept) return;
  voice_.events().mailbox_full(options_.mailbox_overflow);
  if (delivery == Delivery::dropping) return;
  owner_.mailbox_refused(Error{errc::mailbox_full, Phase::open, "nobody called receive() in time"});
}

void Inbox::stop() {
  stopped_ = true;
  timer_.reset();
}

Result<OwnedMessage> Inbox::receive(TimePoint deadline) {
  bool room = false;
  Result<OwnedMessage> message = mailbox_.receive(deadline, room);
  room_again(room);
  return message;
}

std::uint64_t Inbox::async_receive(TimePoint deadline, Mailbox::Receiver receiver) {
  // The receiver may be called before we return, and let go of everything.
  const auto kept = owner_.keep();
  bool room = false;
  const std::uint64_t ticket = mailbox_.async_receive(std::move(receiver), deadline, room);
  room_again(room);
  if (deadline != never) {
    loop_.post([this, kept] { receivers_due(); });
  }
  return ticket;
}

void Inbox::receivers_due() {
  const auto kept = owner_.keep();
  mailbox_.expire(Clock::now());
  if (stopped_) return;
  if (!timer_) timer_ = std::make_unique<net::Timer>(loop_.timers(), [this] { receivers_due(); });
  timer_->arm(mailbox_.deadline());
}

void Inbox::room_again(bool room) {
  if (!room) return;
  loop_.post([this, kept = owner_.keep()] { owner_.resume_reading(); });
}

void Inbox::look_at_full_mailbox() {
  if (stopped_ || !mailbox_.is_paused()) return;
  voice_.events().mailbox_full(options_.mailbox_overflow);
  if (!std::exchange(said_that_it_is_full_, true)) {
    voice_.log(LogLevel::warning,
               fmt::format("the mailbox is full ({} messages, {} bytes): nothing is read until receive() is "
                           "called; set Options::handler where nobody does",
                           counters_.mailbox_size.value(), counters_.mailbox_bytes.value()));
  }
  if (counters_.pending_requests.value() == 0) return;
  if (mailbox_.has_room(true)) return owner_.resume_reading();  // it was made after has_room() had looked for one
  owner_.answers_cannot_come(no_answer());
}

Error Inbox::no_answer() const {
  return Error{errc::mailbox_full, Phase::open,
               fmt::format("the mailbox is full ({} bytes, mailbox_bytes is {}): the answer cannot be read before "
                           "receive() is called",
                           counters_.mailbox_bytes.value(), options_.mailbox_bytes)};
}

}  // namespace zenws::client
