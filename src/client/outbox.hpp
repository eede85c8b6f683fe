// The one way out: any thread appends a frame, and whoever finds the socket idle writes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include <zenws/error.hpp>

#include "base/buffer.hpp"
#include "base/clock.hpp"
#include "base/short_lock.hpp"
#include "client/frame_watch.hpp"
#include "client/numbers.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "ws/frame.hpp"

namespace zenws::client {

// In place of a connection's epoch: whichever is present. (Not an optional: as an argument for each message that costs
// more than the message's header.)
inline constexpr std::uint64_t any_epoch = 0;

class Outbox {
 public:
  // What the outbox needs done on the loop. Called with no lock held, but for queue_level().
  class Owner {
   public:
    // Any thread: have flush() called on the loop, soon.
    virtual void flush_soon(Outbox& outbox) = 0;
    // Any thread: have flush() called on the loop once the socket of the connection can take more.
    virtual void flush_when_writable(std::uint64_t epoch) = 0;
    // Any thread: the stream of the connection failed while writing.
    virtual void write_failed(std::uint64_t epoch, std::error_code error) = 0;
    // Any thread, under the mutex: `bytes` wait, three quarters of the limit or more; or again a quarter or less.
    virtual void queue_level(bool high, std::uint64_t bytes) = 0;

   protected:
    ~Owner() = default;
  };

  // `out`: one of the numbers' own. `watch` may be null.
  Outbox(net::Loop& loop, std::size_t limit, Numbers& numbers, OutNumbers& out, const FrameWatch* watch,
         Owner& owner) noexcept;

  // A second one for the same owner.
  [[nodiscard]] std::unique_ptr<Outbox> make_twin(OutNumbers& out) const;

  // Loop. From now on frames are accepted. `stream` stays until detach(). `epoch`: the connection's.
  void attach(net::Stream& stream, std::uint64_t epoch);
  // Loop. Accepts nothing more and drops what was not written; returns once no thread is inside the stream.
  void detach();

  // Loop. Frames that were meant for connections since `first` are for this one too: it carries on what they did.
  void carry_on(std::uint64_t first);
  // Loop. The first of the connections that this one carries on: its own, unless carry_on() said otherwise.
  [[nodiscard]] std::uint64_t first_epoch();
  // Loop. Accepts nothing more but what is owed: another carries on.
  void retire();

  // Any thread. Accepts the frame whole or not at all; with `epoch`, only for the connection of that epoch, or one that
  // carries it on. Errors: not_connected, send_queue_full, message_too_big.
  Result<> enqueue(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch = any_epoch);
  // Any thread. Of the last stream that was attached.
  [[nodiscard]] std::uint64_t epoch();
  // Any thread. The epoch of the stream for which frames are accepted now. Errors: not_connected, also when it does not
  // carry on `expected`.
  [[nodiscard]] Result<std::uint64_t> open_epoch(std::uint64_t expected = any_epoch);
  // Loop. A pong or a heartbeat: beside the limit, which is the user's. When more than a little waits already it is
  // left out, as RFC 6455 §5.5.3 allows.
  void enqueue_owed(ws::Opcode opcode, std::span<const std::byte> payload);
  // Loop. The close frame, whatever waits already. Nothing is accepted after it.
  void enqueue_close(std::span<const std::byte> payload);

  // Loop. Between cork() and uncork() frames of the loop's own thread gather; uncork() writes them at once.
  void cork() noexcept { corked_ = true; }
  void uncork();
  // Loop. Between the two: writes what has gathered.
  void flush_gathered();
  // Loop. Writes what waits.
  void flush();

 private:
  using Lock = std::unique_lock<ShortLock>;
  [[nodiscard]] Lock lock_on_loop();
  [[nodiscard]] Lock lock_as_sender();
  void lock_before_senders(Lock& lock);
  [[nodiscard]] Result<> check_open(std::uint64_t epoch) const;
  [[nodiscard, gnu::noinline]] Result<> does_not_fit(std::size_t frame) const;
  void append(ws::Opcode opcode, std::span<const std::byte> payload);
  void start_writing(Lock& lock);
  void start_writing_here(Lock& lock);
  void drain(Lock& lock);
  bool write_once(Lock& lock);
  void forget_written();
  void queue_changed();
  [[nodiscard]] bool has_unwritten() const noexcept { return !inflight_.empty() || !pending_.empty(); }
  [[nodiscard]] std::size_t unwritten() const noexcept { return inflight_.size() - written_ + pending_.size(); }
  void forget_owed(std::size_t& owed) noexcept;
  [[nodiscard]] std::uint64_t count_unwritten_messages() const noexcept;

  net::Loop& loop_;
  const std::size_t limit_;
  Numbers& numbers_;
  OutNumbers& out_;
  const FrameWatch* const watch_;
  Owner& owner_;
  bool corked_ = false;        // touched on the loop only
  bool has_gathered_ = false;  // likewise

  std::atomic<int> writers_waiting_{0};
  ShortLock mutex_;
  std::atomic<bool> writing_{false};  // a thread is inside stream_->write_some(), without the mutex; guarded by it
  net::Stream* stream_ = nullptr;     // null = nothing is accepted
  std::uint64_t epoch_ = 0;
  std::uint64_t first_epoch_ = 0;  // of those that it carries on
  bool retired_ = false;
  bool closing_ = false;   // the close frame is in
  bool broken_ = false;    // a write failed
  bool high_ = false;      // three quarters of the limit were reached, and a quarter not since
  bool promised_ = false;  // flush() will be called: whoever appends need not write
  Buffer pending_;         // frames accepted
  Buffer inflight_;        // frames being written, whole: written_ of its bytes are taken
  std::size_t written_ = 0;
  std::size_t owed_pending_ = 0;   // bytes of pending_ that are owed
  std::size_t owed_inflight_ = 0;  // of inflight_, until all of it is written
  std::size_t room_;               // limit_, and what is owed
  TimePoint last_direct_write_{};
  int direct_streak_ = 0;  // direct writes in quick succession
};

}  // namespace zenws::client
