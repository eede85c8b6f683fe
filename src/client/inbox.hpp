// The way of messages to receive(), for clients without a handler: the mailbox, when reading pauses for it and goes on,
// and whoever waits there with a deadline.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <zenws/error.hpp>
#include <zenws/message.hpp>
#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "client/counters.hpp"
#include "client/mailbox.hpp"
#include "client/voice.hpp"
#include "net/loop.hpp"
#include "net/timers.hpp"

namespace zenws::client {

class Inbox {
 public:
  class Owner {
   public:
    // Any thread: lives, and we with it, as long as what is given.
    [[nodiscard]] virtual std::shared_ptr<void> keep() = 0;
    // Loop. There is room again.
    virtual void resume_reading() = 0;
    // Loop. Nothing is read before receive() is called: whoever waits for an answer is told, not left to its timeout.
    virtual void answers_cannot_come(const Error& why) = 0;
    // Loop. A message found no room and MailboxOverflow::disconnect.
    virtual void mailbox_refused(const Error& why) = 0;

   protected:
    ~Owner() = default;
  };

  Inbox(net::Loop& loop, const Options& options, Counters& counters, Voice& voice, Owner& owner);

  // Loop. False: deliver nothing until resume_reading(). `must_read`: something is waited for behind what fills it.
  [[nodiscard]] bool has_room(bool must_read);
  // Loop.
  void deliver(const Message& message);
  // Any thread. A request was sent: its answer may be behind what nobody takes.
  void expects_an_answer() { room_again(mailbox_.is_paused()); }
  // Loop. No timer after this. Nothing follows: receivers get what is left, then `error`.
  void stop();
  void end(const Error& error) { mailbox_.end(error); }

  // Any thread. Blocks until `deadline`.
  Result<OwnedMessage> receive(TimePoint deadline);
  // Any thread. The receiver's ticket. See Mailbox::async_receive.
  std::uint64_t async_receive(TimePoint deadline, Mailbox::Receiver receiver);
  // Any thread. The receiver is dropped uncalled, unless it was called.
  void forget(std::uint64_t ticket) { mailbox_.forget(ticket); }
  // Any thread. The next to be received is `message`.
  void give_back(OwnedMessage message) { mailbox_.give_back(std::move(message)); }

 private:
  void room_again(bool room);
  void receivers_due();
  void look_at_full_mailbox();
  [[nodiscard]] Error no_answer() const;

  net::Loop& loop_;
  const Options& options_;
  Counters& counters_;
  Voice& voice_;
  Owner& owner_;
  Mailbox mailbox_;
  // Touched on the loop only.
  std::unique_ptr<net::Timer> timer_;  // from the first receiver with a deadline on
  bool stopped_ = false;
  bool said_that_it_is_full_ = false;
};

}  // namespace zenws::client
