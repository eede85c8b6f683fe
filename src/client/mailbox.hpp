// Messages that wait for receive(): bounded, for clients without a handler.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include <zenws/message.hpp>
#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "client/counters.hpp"

namespace zenws::client {

// Whichever comes first.
struct MailboxLimits {
  std::size_t messages;
  std::size_t bytes;
};

// What became of a message.
enum class Delivery : std::uint8_t {
  kept,      // or dropped, not as the first
  dropping,  // the first that had to be dropped, or pushed another out, since the mailbox was half empty
  refused,   // the mailbox is full and says disconnect
};

class Mailbox {
 public:
  using Receiver = std::move_only_function<void(Result<OwnedMessage>)>;

  Mailbox(MailboxLimits limits, MailboxOverflow overflow, Counters& counters) noexcept
      : limits_{limits}, overflow_{overflow}, counters_{counters} {}

  // Loop. False when the mailbox is full and says pause_reading: deliver nothing until receive() tells of room.
  // `must_read`: something is waited for behind what fills it; then only the bytes count.
  [[nodiscard]] bool has_room(bool must_read);
  // Any thread. has_room() said no, and nobody has been told of room since.
  [[nodiscard]] bool is_paused();
  // Loop.
  [[nodiscard]] Delivery deliver(OwnedMessage message);
  // Loop. Nothing follows: receivers get what is left, then `error`.
  void end(Error error);

  // Any thread. Blocks until `deadline`. `room` is set when reading may go on.
  Result<OwnedMessage> receive(TimePoint deadline, bool& room);
  // Any thread. `receiver` is called once: here, or on the loop. Its ticket, for forget().
  std::uint64_t async_receive(Receiver receiver, TimePoint deadline, bool& room);
  // Any thread. Drops that receiver, unless it was called.
  void forget(std::uint64_t ticket);
  // Any thread. The next to be received is `message`, which was received and not wanted.
  void give_back(OwnedMessage message);
  // Loop. Receivers whose deadline has come get errc::timeout.
  void expire(TimePoint now);
  // Any thread. The earliest of the receivers'.
  [[nodiscard]] TimePoint deadline();

 private:
  struct Waiting {
    std::uint64_t ticket;
    TimePoint deadline;
    Receiver receiver;
  };
  [[nodiscard]] std::optional<Result<OwnedMessage>> take(bool& room);
  [[nodiscard]] bool is_below(bool must_read) const noexcept;
  [[nodiscard]] bool fits(const OwnedMessage& message) const noexcept;
  [[nodiscard]] bool is_half_empty() const noexcept;
  void drop_oldest();

  const MailboxLimits limits_;
  const MailboxOverflow overflow_;
  Counters& counters_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<OwnedMessage> messages_;
  std::deque<Waiting> receivers_;  // only while messages_ is empty
  std::uint64_t last_ticket_ = 0;
  std::optional<Error> end_;
  bool paused_ = false;
  bool dropping_ = false;  // since it was half empty
};

}  // namespace zenws::client
