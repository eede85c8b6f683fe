// A client's way out across a rotation: the outbox of the present connection, and the one of its successor.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <zenws/error.hpp>

#include "client/frame_watch.hpp"
#include "client/outbox.hpp"

namespace zenws::client {

// A connection is named by its epoch. What is meant for one goes to whichever carries it on, and nowhere once that line
// is broken.
class Outboxes {
 public:
  // `watch` may be null.
  Outboxes(net::Loop& loop, std::size_t limit, Numbers& numbers, const FrameWatch* watch,
           Outbox::Owner& owner) noexcept;

  // Loop. Where everything goes.
  [[nodiscard]] Outbox& present() noexcept {
    return second_is_present_.load(std::memory_order_acquire) ? *second_ : first_;
  }
  // Loop. Of a successor: what names `epoch` goes there. Until it is taken over or withdrawn.
  [[nodiscard]] Outbox& offer(std::uint64_t epoch);
  void withdraw() noexcept { offered_.store(any_epoch, std::memory_order_release); }
  // Loop. The successor's outbox is the present one and carries on what the other did; no message falls between them.
  void take_over();

  // Any thread. For the present connection, or for that of `epoch`, whoever carries it on. Errors: Outbox::enqueue's.
  Result<> enqueue(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch = any_epoch);
  // Any thread. See Outbox::open_epoch.
  [[nodiscard]] Result<std::uint64_t> open_epoch(std::uint64_t expected = any_epoch);
  // Any thread. The present connection's; or `preferred`, when that one is younger.
  [[nodiscard]] std::uint64_t epoch(std::uint64_t preferred = any_epoch);

 private:
  // Requires: it was offered.
  [[nodiscard]] Outbox& spare() noexcept {
    return second_is_present_.load(std::memory_order_acquire) ? first_ : *second_;
  }
  [[nodiscard]] Outbox& of(std::uint64_t epoch) noexcept;
  template <class Ask>
  auto ask(std::uint64_t epoch, Ask&& ask);

  Numbers& numbers_;
  Outbox first_;
  std::unique_ptr<Outbox> second_;  // from the first rotation on; they take turns
  std::atomic<bool> second_is_present_{false};
  std::atomic<std::uint64_t> offered_{any_epoch};  // the successor's epoch; any_epoch: there is none
};

}  // namespace zenws::client
