// See outboxes.hpp.
#include "client/outboxes.hpp"

#include <algorithm>

namespace zenws::client {

Outboxes::Outboxes(net::Loop& loop, std::size_t limit, Numbers& numbers, const FrameWatch* watch,
                   Outbox::Owner& owner) noexcept
    : numbers_{numbers}, first_{loop, limit, numbers, numbers.out[0], watch, owner} {}

Outbox& Outboxes::offer(std::uint64_t epoch) {
  if (!second_) second_ = first_.make_twin(numbers_.out[1]);  // other threads look there only after what is stored next
  offered_.store(epoch, std::memory_order_release);
  return spare();
}

// In this order: who is refused by the retired one finds the other in its place.
void Outboxes::take_over() {
  Outbox& old = present();
  Outbox& successor = spare();
  successor.carry_on(old.first_epoch());
  second_is_present_.store(!second_is_present_.load(std::memory_order_relaxed), std::memory_order_release);
  withdraw();
  old.retire();
}

Outbox& Outboxes::of(std::uint64_t epoch) noexcept {
  const bool is_successors = epoch != any_epoch && epoch == offered_.load(std::memory_order_acquire);
  return is_successors ? spare() : present();
}

// Asks again where a rotation came in between.
template <class Ask>
auto Outboxes::ask(std::uint64_t epoch, Ask&& ask) {
  for (Outbox* asked = &of(epoch);;) {
    auto answer = ask(*asked);
    if (answer || answer.error() != errc::not_connected) return answer;
    Outbox* const now = &of(epoch);
    if (now == asked) return answer;
    asked = now;
  }
}

Result<> Outboxes::enqueue(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch) {
  return ask(epoch, [&](Outbox& outbox) { return outbox.enqueue(opcode, payload, epoch); });
}

Result<std::uint64_t> Outboxes::open_epoch(std::uint64_t expected) {
  return ask(expected, [&](Outbox& outbox) { return outbox.open_epoch(expected); });
}

std::uint64_t Outboxes::epoch(std::uint64_t preferred) { return std::max(preferred, present().epoch()); }

}  // namespace zenws::client
