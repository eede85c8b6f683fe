// See mailbox.hpp.
#include "client/mailbox.hpp"

#include <utility>

namespace zenws::client {

bool Mailbox::has_room() {
  if (overflow_ != MailboxOverflow::pause_reading) return true;
  if (numbers_.mailbox_size.value() < limit_) return true;  // it only shrinks behind our back
  const std::lock_guard lock{mutex_};
  paused_ = messages_.size() >= limit_;
  return !paused_;
}

bool Mailbox::deliver(OwnedMessage message) {
  std::unique_lock lock{mutex_};
  if (!receivers_.empty()) {
    Receiver receiver = std::move(receivers_.front());
    receivers_.pop_front();
    lock.unlock();
    receiver(std::move(message));
    return true;
  }
  if (messages_.size() >= limit_) {
    switch (overflow_) {
      case MailboxOverflow::drop_newest:
        numbers_.dropped_mailbox.add(1);
        return true;
      case MailboxOverflow::disconnect:
        return false;
      case MailboxOverflow::drop_oldest:
        numbers_.dropped_mailbox.add(1);
        numbers_.mailbox_bytes.set(numbers_.mailbox_bytes.value() - messages_.front().bytes().size());
        messages_.pop_front();
        break;
      case MailboxOverflow::pause_reading:
        break;  // has_room() was asked; a message of the connection's end may exceed
    }
  }
  numbers_.mailbox_bytes.add(message.bytes().size());
  messages_.push_back(std::move(message));
  numbers_.mailbox_size.set(messages_.size());
  lock.unlock();
  arrived_.notify_one();
  return true;
}

void Mailbox::end(Error error) {
  std::unique_lock lock{mutex_};
  if (end_) return;
  end_ = std::move(error);
  std::deque<Receiver> receivers = std::exchange(receivers_, {});
  lock.unlock();
  arrived_.notify_all();
  for (Receiver& receiver : receivers) receiver(std::unexpected{*end_});
}

Result<OwnedMessage> Mailbox::receive(TimePoint deadline, bool& room) {
  std::unique_lock lock{mutex_};
  const auto ready = [this] { return !messages_.empty() || end_; };
  if (deadline == never) {
    arrived_.wait(lock, ready);
  } else if (!arrived_.wait_until(lock, deadline, ready)) {
    return std::unexpected{Error{errc::timeout, Phase::open, "no message arrived in the time given"}};
  }
  return *take(room);
}

void Mailbox::async_receive(Receiver receiver, bool& room) {
  std::unique_lock lock{mutex_};
  std::optional<Result<OwnedMessage>> result = take(room);
  if (!result) {
    receivers_.push_back(std::move(receiver));
    return;
  }
  lock.unlock();
  receiver(std::move(*result));
}

std::optional<Result<OwnedMessage>> Mailbox::take(bool& room) {
  if (messages_.empty()) {
    if (end_) return std::unexpected{*end_};
    return std::nullopt;
  }
  Result<OwnedMessage> message{std::move(messages_.front())};
  numbers_.mailbox_bytes.set(numbers_.mailbox_bytes.value() - message->bytes().size());
  messages_.pop_front();
  numbers_.mailbox_size.set(messages_.size());
  room = paused_ && messages_.size() <= limit_ / 2;
  if (room) paused_ = false;
  return message;
}

}  // namespace zenws::client
