// Where every thread finds a client's connections: the present one, and a successor that may take over. One lock for
// both: a take-over is a swap, and no message falls between them.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>

#include <zenws/error.hpp>
#include <zenws/state.hpp>

#include "base/short_lock.hpp"
#include "ws/deflater.hpp"
#include "ws/frame.hpp"

namespace zenws::link {

class Outbox;

// In place of a connection's epoch: whichever is present. (Not an optional: as an argument for each message that costs
// more than the message's header.)
inline constexpr std::uint64_t any_epoch = 0;

// For who needs a client to be connected.
[[nodiscard]] Error not_connected(State state);

class Door {
 public:
  using Lock = std::unique_lock<ShortLock>;

  // `state`: of the client, for who finds nothing open.
  explicit Door(const std::atomic<State>& state) noexcept : state_{state} {}
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  // Any thread. Accepts the frame whole or not at all. With `epoch` only for that connection, or one that carries it
  // on. Errors: not_connected, send_queue_full, message_too_big.
  Result<> enqueue(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch = any_epoch);
  // Any thread. The epoch of the connection that would accept frames. Errors: not_connected, also when none carries on
  // `expected`.
  [[nodiscard]] Result<std::uint64_t> open_epoch(std::uint64_t expected = any_epoch);
  // Any thread. Of the last connection that was present; or `preferred`, when that one is younger.
  [[nodiscard]] std::uint64_t epoch(std::uint64_t preferred = any_epoch);

  // Loop. From now on everything goes to `outbox`.
  void enter(Outbox& outbox);
  // Loop. What names its connection goes to `outbox`, until it takes over or leaves.
  void offer(Outbox& outbox);
  // Loop. Requires: one was offered. It carries on what the present one did.
  void take_over();
  // Under the lock. Nobody finds `outbox` any more.
  void leave(const Outbox& outbox) noexcept;

  // A thread that sends without pause would take the lock again before a waiting writer wakes up, over and over, and
  // the queue would only grow: senders step back for the loop and for whoever comes back from writing.
  [[nodiscard]] Lock lock_on_loop();
  void lock_before_senders(Lock& lock);

 private:
  [[nodiscard]] Lock lock_as_sender();
  [[gnu::noinline]] Result<> enqueue_deflated(ws::DeflateHow how, ws::Opcode opcode, std::span<const std::byte> payload,
                                              std::uint64_t epoch);
  // Null: none is open for it.
  [[nodiscard]] Outbox* of(std::uint64_t epoch) const noexcept;
  [[nodiscard]] Error not_open() const;

  const std::atomic<State>& state_;
  std::atomic<ws::DeflateHow> deflate_{
      ws::DeflateHow{}};  // of the present connection: for who compresses without the lock
  std::atomic<int> writers_waiting_{0};
  ShortLock lock_;
  Outbox* present_ = nullptr;
  Outbox* successor_ = nullptr;
  std::uint64_t epoch_ = 0;
};

}  // namespace zenws::link
