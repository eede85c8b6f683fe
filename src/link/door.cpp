#include "link/door.hpp"

#include <algorithm>
#include <string>
#include <thread>

#include "link/outbox.hpp"

namespace zenws::link {

namespace {

// How often a sender steps back: bounded, in case the one it waits for is kept from running.
constexpr int politeness = 1000;

}  // namespace

Error not_connected(State state) {
  return Error{errc::not_connected, Phase::open, "the client is " + std::string{to_string(state)}};
}

void Door::lock_before_senders(Lock& lock) {
  if (lock.try_lock()) return;
  writers_waiting_.fetch_add(1, std::memory_order_relaxed);
  lock.lock();
  writers_waiting_.fetch_sub(1, std::memory_order_relaxed);
}

Door::Lock Door::lock_on_loop() {
  Lock lock{lock_, std::defer_lock};
  lock_before_senders(lock);
  return lock;
}

Door::Lock Door::lock_as_sender() {
  for (int i = 0; i < politeness && writers_waiting_.load(std::memory_order_relaxed) != 0; ++i)
    std::this_thread::yield();
  return Lock{lock_};
}

Outbox* Door::of(std::uint64_t epoch) const noexcept {
  if (present_ != nullptr && present_->carries_on(epoch)) return present_->is_open() ? present_ : nullptr;
  const bool is_successors = successor_ != nullptr && successor_->epoch() == epoch && successor_->is_open();
  return is_successors ? successor_ : nullptr;
}

Error Door::not_open() const { return not_connected(state_.load(std::memory_order_relaxed)); }

Result<> Door::enqueue(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch) {
  const ws::DeflateHow how = deflate_.load(std::memory_order_relaxed);
  if (how.takes(payload.size()) && !ws::is_control(opcode) &&
      (!how.keeps_context || payload.size() > Outbox::most_in_order)) {
    return enqueue_deflated(how, opcode, payload, epoch);
  }
  Lock lock = lock_as_sender();
  Outbox* const outbox = of(epoch);
  if (outbox == nullptr) return std::unexpected{not_open()};
  return outbox->enqueue(lock, opcode, payload);
}

// Compressing takes its time: before the lock is taken.
Result<> Door::enqueue_deflated(ws::DeflateHow how, ws::Opcode opcode, std::span<const std::byte> payload,
                                std::uint64_t epoch) {
  const auto compressed = ws::Deflater::deflate_alone(how, payload);
  Lock lock = lock_as_sender();
  Outbox* const outbox = of(epoch);
  if (outbox == nullptr) return std::unexpected{not_open()};
  const bool is_as_agreed = outbox->deflate() == how;  // else another connection has come meanwhile
  return outbox->enqueue(lock, opcode, payload, is_as_agreed ? compressed : std::span<const std::byte>{});
}

Result<std::uint64_t> Door::open_epoch(std::uint64_t expected) {
  const Lock lock = lock_as_sender();
  const Outbox* const outbox = of(expected);
  if (outbox == nullptr) return std::unexpected{not_open()};
  return outbox->epoch();
}

std::uint64_t Door::epoch(std::uint64_t preferred) {
  const Lock lock = lock_as_sender();
  return std::max(preferred, epoch_);
}

void Door::enter(Outbox& outbox) {
  const Lock lock = lock_on_loop();
  present_ = &outbox;
  epoch_ = outbox.epoch();
  deflate_.store(outbox.deflate(), std::memory_order_relaxed);
}

void Door::offer(Outbox& outbox) {
  const Lock lock = lock_on_loop();
  successor_ = &outbox;
}

void Door::take_over() {
  const Lock lock = lock_on_loop();
  successor_->carry_on(*present_);
  present_ = std::exchange(successor_, nullptr);
  epoch_ = present_->epoch();
  deflate_.store(present_->deflate(), std::memory_order_relaxed);
}

void Door::leave(const Outbox& outbox) noexcept {
  if (present_ == &outbox) {
    present_ = nullptr;
    deflate_.store({}, std::memory_order_relaxed);  // for nobody
  }
  if (successor_ == &outbox) successor_ = nullptr;
}

}  // namespace zenws::link
