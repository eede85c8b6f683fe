// One open connection: its transport, Session and Outbox, made whole once the upgrade has succeeded and gone whole when
// it has ended. Reads, obeys its Session, and closes within bounds.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include <zenws/options.hpp>

#include "base/buffer.hpp"
#include "link/counters.hpp"
#include "link/door.hpp"
#include "link/frame_watch.hpp"
#include "link/outbox.hpp"
#include "link/session.hpp"
#include "net/loop.hpp"
#include "net/timers.hpp"
#include "net/transport.hpp"
#include "policy/backlog.hpp"
#include "policy/turn.hpp"
#include "ws/deflate_params.hpp"

namespace zenws::link {

// Threads: the loop's only.
class Link final : public std::enable_shared_from_this<Link>, private Outbox::Owner {
 public:
  class Owner {
   public:
    // Asked once: has_room() need not be.
    virtual bool always_has_room() = 0;
    // False: nothing is delivered, or read, until resume(). `must_read`: what comes may say why writing failed.
    virtual bool has_room(bool must_read) = 0;
    virtual void deliver(Link& from, const Inbound& inbound) = 0;
    // True: texts are looked into for replies and updates, whatever Options::decode_json says.
    virtual bool expects_answers() = 0;
    // A heartbeat was due.
    virtual void heartbeat_due(bool sent, bool missed) = 0;
    // One was answered after so long.
    virtual void measured(std::chrono::microseconds round_trip) = 0;
    // A function of the user's threw.
    virtual void callback_failed(std::string_view what) = 0;
    // The connection will end with `error`; sending has ended already.
    virtual void ending(Link& connection, const Error& error) = 0;
    // The connection has ended, once; nothing of it is left but this object.
    virtual void ended(Link& connection, Error error) = 0;
    // Any thread, under the door's lock: see Outbox::Owner.
    virtual void queue_level(bool high, std::uint64_t bytes) = 0;

   protected:
    ~Owner() = default;
  };

  // Of what it is made. `watch` may be null.
  struct Parts {
    net::Loop& loop;
    const Options& options;
    Door& door;
    Counters& counters;
    const FrameWatch* watch;
    Owner& owner;
  };
  // `deflate`: as it was negotiated; nullopt: messages are not compressed.
  Link(const Parts& parts, std::uint64_t epoch, std::unique_ptr<net::Transport> transport,
       const std::optional<ws::DeflateParams>& deflate);

  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
  [[nodiscard]] Outbox& outbox() noexcept { return outbox_; }
  // Whether its heartbeats are the client's. At first they are.
  void represents(bool client);

  // Begins to read: first what was received behind the 101; `more`: as the last read said. `owner` is kept until the
  // connection has ended.
  void start(std::shared_ptr<void> owner, Buffer received, bool more);
  // Sends a close frame and ends with `error` when the peer has answered, at the latest after close_timeout. What comes
  // meanwhile is dropped.
  void close(std::uint16_t code, std::string_view reason, Error error);
  // The same by 1000, but what comes meanwhile is delivered, however long the owner has no room for it.
  void retire(Error error);
  // Ends now, by RST. The error's close code becomes 1006; one that was told before stays.
  void abort(const Error& error);
  // Ends now, with a close frame if the socket takes it.
  void leave(std::uint16_t code, Error error);
  // A turn of reading, so that a loop that was busy does not take for late what came in time.
  void read_now() { on_readable(); }
  // More has come than was read.
  [[nodiscard]] bool is_behind() const noexcept { return behind_; }
  // From the end of the present turn on nothing is read until resume().
  void pause() noexcept { paused_ = true; }
  // The owner has room again.
  void resume();

 private:
  std::shared_ptr<void> keep() override { return shared_from_this(); }
  void flush_soon() override;
  void flush_when_writable() override;
  void write_failed(std::error_code error) override;
  void queue_level(bool high, std::uint64_t bytes) override { owner_.queue_level(high, bytes); }

  void wait_readable();
  void read_soon();
  void on_readable();
  bool read_within_memory();
  bool read_turn();
  bool read_once();
  bool take_steps();
  [[nodiscard]] bool ends_turn();
  [[nodiscard]] bool has_inflated_much() const noexcept;
  void look(TimePoint now);
  [[nodiscard]] Session::Read read_so_far(TimePoint now);
  void obey(const Step& step, const Inbound* inbound);
  void on_time();
  void obey(const Session::Tick& tick);
  void publish_heartbeat();
  void publish_inflated();
  void begin_closing(const Owed& close_frame);
  void sending_failed(std::error_code error);
  void wait_writable();
  void finish(bool reset);

  net::Loop& loop_;
  const Options& options_;
  const std::uint64_t epoch_;
  Counters& counters_;
  Owner& owner_;
  const std::unique_ptr<net::Transport> transport_;
  Outbox outbox_;
  Session session_;
  std::optional<net::Timer> timer_;  // until the end: waiting handlers may keep us longer than the loop lives
  std::shared_ptr<void> kept_owner_;
  std::uint64_t told_in_ = 0, told_out_ = 0;  // of what was inflated
  std::uint64_t looked_out_ = 0;              // of that, when the turn was last looked at
  TimePoint now_{};                           // of the last read
  policy::Turn turn_{now_};
  policy::Backlog backlog_;
  const bool always_has_room_;
  bool represents_ = true;
  bool ended_ = false;
  bool paused_ = false;   // the owner has no room
  bool behind_ = false;   // the last turn left something unread
  bool in_turn_ = false;  // turn_ has begun
  bool turn_over_ = false;
  bool in_batch_ = false;  // inside on_readable(): ending waits for its end
  bool over_ = false;      // end at the end of the batch…
  bool reset_ = false;     // … by RST
  bool wait_armed_ = false;
  bool read_posted_ = false;
  bool write_wait_armed_ = false;
};

}  // namespace zenws::link
