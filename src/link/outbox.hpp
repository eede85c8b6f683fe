// The one way out of a connection: any thread appends a frame, and whoever finds the socket idle writes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <zenws/error.hpp>

#include "base/buffer.hpp"
#include "base/clock.hpp"
#include "link/counters.hpp"
#include "link/door.hpp"
#include "link/frame_watch.hpp"
#include "net/loop.hpp"
#include "net/transport.hpp"
#include "ws/deflater.hpp"
#include "ws/frame.hpp"

namespace zenws::link {

class Outbox {
 public:
  // What the outbox needs of its connection. Called with no lock held, but for keep() and queue_level().
  class Owner {
   public:
    // Any thread, under the lock: lives as long as what is given.
    [[nodiscard]] virtual std::shared_ptr<void> keep() = 0;
    // Any thread: have flush() called on the loop, soon.
    virtual void flush_soon() = 0;
    // Any thread: have flush() called on the loop once the socket can take more.
    virtual void flush_when_writable() = 0;
    // Any thread: the transport failed while writing.
    virtual void write_failed(std::error_code error) = 0;
    // Any thread, under the lock: `bytes` wait, three quarters of the limit or more; or again a quarter or less.
    virtual void queue_level(bool high, std::uint64_t bytes) = 0;

   protected:
    ~Owner() = default;
  };

  // Accepts frames for `transport` until detach(). `watch` may be null. `deflate`: how messages are compressed.
  Outbox(net::Loop& loop, Door& door, net::Transport& transport, std::uint64_t epoch, std::size_t limit,
         Counters& counters, const FrameWatch* watch, Owner& owner, ws::DeflateHow deflate = {});

  // Loop. Accepts nothing more and drops what was not written; returns once no thread is inside the transport.
  void detach();

  // Under the door's lock.
  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
  [[nodiscard]] bool is_open() const noexcept { return transport_ != nullptr && !closing_ && !broken_; }
  // Frames that were meant for that connection are for this one too: it carries on what that did.
  [[nodiscard]] bool carries_on(std::uint64_t epoch) const noexcept {
    return epoch == any_epoch || (since_ <= epoch && epoch <= epoch_);
  }
  void carry_on(const Outbox& other) noexcept { since_ = other.since_; }
  // How its messages are compressed.
  [[nodiscard]] const ws::DeflateHow& deflate() const noexcept { return deflate_; }
  // With a context that is kept, messages up to this are compressed in order, under the door's lock; what is longer
  // would keep the loop waiting for it, and begins a new context.
  static constexpr std::size_t most_in_order = std::size_t{16} << 10U;
  // Requires: is_open(). Accepts the frame whole or not at all. `compressed`: the payload as deflate() without context
  // has it; empty: it is not. Errors: send_queue_full, message_too_big.
  Result<> enqueue(Door::Lock& lock, ws::Opcode opcode, std::span<const std::byte> payload,
                   std::span<const std::byte> compressed = {});

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
  using Lock = Door::Lock;
  [[nodiscard, gnu::noinline]] Result<> does_not_fit(std::size_t frame) const;
  void append(ws::Opcode opcode, std::span<const std::byte> payload, std::span<const std::byte> compressed = {});
  Result<> enqueue_frame(ws::Opcode opcode, std::span<const std::byte> payload, std::span<const std::byte> compressed);
  [[gnu::noinline]] Result<> enqueue_in_order(ws::Opcode opcode, std::span<const std::byte> payload,
                                              std::span<const std::byte> compressed);
  void start_writing(Lock& lock);
  void start_writing_here(Lock& lock);
  void drain(Lock& lock);
  bool write_once(Lock& lock);
  void forget_written();
  void watch_level();
  [[nodiscard]] bool has_unwritten() const noexcept { return !inflight_.empty() || !pending_.empty(); }
  [[nodiscard]] std::size_t unwritten() const noexcept { return inflight_.size() - written_ + pending_.size(); }
  void forget_owed(std::size_t& owed) noexcept;
  [[nodiscard]] std::uint64_t count_unwritten_messages() const noexcept;

  net::Loop& loop_;
  Door& door_;
  const std::size_t limit_;
  Counters& counters_;
  const FrameWatch* const watch_;
  Owner& owner_;
  const std::uint64_t epoch_;
  const ws::DeflateHow deflate_;
  bool corked_ = false;        // touched on the loop only
  bool has_gathered_ = false;  // likewise

  // Guarded by the door's lock.
  std::uint64_t since_;                     // the first of the connections that it carries on
  net::Transport* transport_;               // null = nothing is accepted
  std::atomic<bool> writing_{false};        // a thread is inside transport_->write_some(), without the lock
  bool closing_ = false;                    // the close frame is in
  bool broken_ = false;                     // a write failed
  bool high_ = false;                       // three quarters of the limit were reached, and a quarter not since
  bool promised_ = false;                   // flush() will be called: whoever appends need not write
  std::unique_ptr<ws::Deflater> deflater_;  // null: no context is kept
  Buffer pending_;                          // frames accepted
  Buffer inflight_;                         // frames being written, whole: written_ of its bytes are taken
  std::size_t written_ = 0;
  std::size_t owed_pending_ = 0;   // bytes of pending_ that are owed
  std::size_t owed_inflight_ = 0;  // of inflight_, until all of it is written
  std::size_t room_;               // limit_, and what is owed
  TimePoint last_direct_write_{};
  int direct_streak_ = 0;  // direct writes in quick succession
};

}  // namespace zenws::link
