#include "client/mailbox.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/latch.hpp"

namespace zenws::client {

namespace {

Error nothing_came() { return Error{errc::timeout, Phase::open, "no message arrived in the time given"}; }

}  // namespace

bool Mailbox::has_room(bool must_read) {
  if (overflow_ != MailboxOverflow::pause_reading) return true;
  if (is_below(must_read)) return true;  // it only shrinks behind our back
  const std::lock_guard lock{mutex_};
  paused_ = !is_below(must_read);
  return !paused_;
}

bool Mailbox::is_paused() {
  const std::lock_guard lock{mutex_};
  return paused_;
}

bool Mailbox::is_below(bool must_read) const noexcept {
  return (must_read || counters_.mailbox_size.value() < limits_.messages) &&
         counters_.mailbox_bytes.value() < limits_.bytes;
}

// One always does, however large.
bool Mailbox::fits(const OwnedMessage& message) const noexcept {
  return messages_.empty() || (messages_.size() < limits_.messages &&
                               counters_.mailbox_bytes.value() + message.bytes().size() <= limits_.bytes);
}

bool Mailbox::is_half_empty() const noexcept {
  return messages_.size() <= limits_.messages / 2 && counters_.mailbox_bytes.value() <= limits_.bytes / 2;
}

void Mailbox::drop_oldest() {
  counters_.dropped_mailbox.add(1);
  counters_.mailbox_bytes.set(counters_.mailbox_bytes.value() - messages_.front().bytes().size());
  messages_.pop_front();
}

Delivery Mailbox::deliver(OwnedMessage message) {
  std::unique_lock lock{mutex_};
  if (!receivers_.empty()) {
    Receiver receiver = std::move(receivers_.front().receiver);
    receivers_.pop_front();
    lock.unlock();
    receiver(std::move(message));
    return Delivery::kept;
  }
  Delivery delivery = Delivery::kept;
  if (!fits(message) && overflow_ != MailboxOverflow::pause_reading) {  // there, has_room() was asked
    if (overflow_ == MailboxOverflow::disconnect) return Delivery::refused;
    if (!std::exchange(dropping_, true)) delivery = Delivery::dropping;
    if (overflow_ == MailboxOverflow::drop_newest) {
      counters_.dropped_mailbox.add(1);
      return delivery;
    }
    while (!fits(message)) drop_oldest();
  }
  const std::size_t size = message.bytes().size();
  messages_.push_back(std::move(message));
  counters_.mailbox_bytes.add(size);
  counters_.mailbox_size.set(messages_.size());
  lock.unlock();
  arrived_.notify_one();
  return delivery;
}

void Mailbox::end(Error error) {
  std::unique_lock lock{mutex_};
  if (end_) return;
  end_ = std::move(error);
  std::deque<Waiting> receivers = std::exchange(receivers_, {});
  lock.unlock();
  arrived_.notify_all();
  for (Waiting& waiting : receivers) waiting.receiver(std::unexpected{*end_});
}

Result<OwnedMessage> Mailbox::receive(TimePoint deadline, bool& room) {
  std::unique_lock lock{mutex_};
  const auto ready = [this] { return !messages_.empty() || end_; };
  if (!wait_until(arrived_, lock, deadline, ready)) return std::unexpected{nothing_came()};
  return *take(room);
}

std::uint64_t Mailbox::async_receive(Receiver receiver, TimePoint deadline, bool& room) {
  std::unique_lock lock{mutex_};
  const std::uint64_t ticket = ++last_ticket_;
  std::optional<Result<OwnedMessage>> result = take(room);
  if (!result) {
    receivers_.push_back({ticket, deadline, std::move(receiver)});
    return ticket;
  }
  lock.unlock();
  receiver(std::move(*result));
  return ticket;
}

void Mailbox::forget(std::uint64_t ticket) {
  Receiver forgotten;  // destroyed without the lock: what it holds is the user's
  const std::lock_guard lock{mutex_};
  const auto found = std::ranges::find(receivers_, ticket, &Waiting::ticket);
  if (found == receivers_.end()) return;
  forgotten = std::move(found->receiver);
  receivers_.erase(found);
}

void Mailbox::give_back(OwnedMessage message) {
  std::unique_lock lock{mutex_};
  if (!receivers_.empty()) {
    Receiver receiver = std::move(receivers_.front().receiver);
    receivers_.pop_front();
    lock.unlock();
    return receiver(std::move(message));
  }
  counters_.mailbox_bytes.add(message.bytes().size());
  messages_.push_front(std::move(message));
  counters_.mailbox_size.set(messages_.size());
  lock.unlock();
  arrived_.notify_one();
}

void Mailbox::expire(TimePoint now) {
  std::vector<Receiver> late;
  {
    const std::lock_guard lock{mutex_};
    const auto due = [now](const Waiting& waiting) { return waiting.deadline <= now; };
    for (Waiting& waiting : receivers_) {
      if (due(waiting)) late.push_back(std::move(waiting.receiver));
    }
    std::erase_if(receivers_, due);
  }
  for (Receiver& receiver : late) receiver(std::unexpected{nothing_came()});
}

TimePoint Mailbox::deadline() {
  const std::lock_guard lock{mutex_};
  TimePoint next = never;
  for (const Waiting& waiting : receivers_) next = std::min(next, waiting.deadline);
  return next;
}

std::optional<Result<OwnedMessage>> Mailbox::take(bool& room) {
  if (messages_.empty()) {
    if (end_) return std::unexpected{*end_};
    return std::nullopt;
  }
  Result<OwnedMessage> message{std::move(messages_.front())};
  counters_.mailbox_bytes.set(counters_.mailbox_bytes.value() - message->bytes().size());
  messages_.pop_front();
  counters_.mailbox_size.set(messages_.size());
  const bool half_empty = (paused_ || dropping_) && is_half_empty();
  room = half_empty && paused_;
  if (half_empty) paused_ = dropping_ = false;
  return message;
}

}  // namespace zenws::client
