// Messages that wait for receive(): bounded, for clients without a handler.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include <zenws/message.hpp>
#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "client/numbers.hpp"

namespace zenws::client {

class Mailbox {
 public:
  using Receiver = std::move_only_function<void(Result<OwnedMessage>)>;

  Mailbox(std::size_t limit, MailboxOverflow overflow, Numbers& numbers) noexcept
      : limit_{limit}, overflow_{overflow}, numbers_{numbers} {}

  // Loop. False when the mailbox is full and says pause_reading: deliver nothing until on_room was called.
  [[nodiscard]] bool has_room();
  // Loop. False when the mailbox is full and says disconnect.
  [[nodiscard]] bool deliver(OwnedMessage message);
  // Loop. Nothing follows: receivers get what is left, then `error`.
  void end(Error error);

  // Any thread. Blocks until `deadline`. `room` is set when reading may go on.
  Result<OwnedMessage> receive(TimePoint deadline, bool& room);
  // Any thread. `receiver` is called once: here, or on the loop.
  void async_receive(Receiver receiver, bool& room);

 private:
  [[nodiscard]] std::optional<Result<OwnedMessage>> take(bool& room);

  const std::size_t limit_;
  const MailboxOverflow overflow_;
  Numbers& numbers_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<OwnedMessage> messages_;
  std::deque<Receiver> receivers_;  // only while messages_ is empty
  std::optional<Error> end_;
  bool paused_ = false;
};

}  // namespace zenws::client
