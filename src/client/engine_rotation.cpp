// How a connection is replaced by another without a gap. See engine.hpp, rotation.hpp.
//
// The successor is opened, logged in and subscribed while the present connection serves. Once it has everything, all
// that is sent goes there; the old connection stays until its requests are answered, and is closed by a handshake, so
// that everything the server sent on it is read. Only then is delivered what the successor has brought meanwhile.
#include <fmt/format.h>

#include "base/random.hpp"
#include "client/engine.hpp"

namespace zenws::client {

using Which = Life::Which;

// ---- the successor

Result<> Engine::rotate() {
  const State state = counters_.state.load(std::memory_order_acquire);
  if (state != State::connected) return std::unexpected{link::not_connected(state)};
  loop_->post([self = shared_from_this()] { self->happens([](Life& life) { life.rotate_asked(); }); });
  return {};
}

void Engine::open_successor(net::Dialled dialled) {
  link::Link& successor = links_.open(Which::other, dialled);
  rotation_->begin({successor.epoch(), dialled.took, dialled.answer.subprotocol});
  begin(successor, std::move(dialled));
  happens([epoch = rotation_->successor().epoch](Life& life) { life.successor_dialled(epoch, Clock::now()); });
}

void Engine::carry_out(const Life::Prepare&) {
  subscribing_.successor_opened();
  take_over_when_ready();
}

void Engine::carry_out(const Life::SuccessorGone& action) {
  rotation_->forget_held();
  subscribing_.successor_lost();
  calls_.end_of(action.epoch, action.epoch, action.why);
}

void Engine::carry_out(const Life::TellRotationFailed& action) {
  counters_.rotation_failures.add(1);
  voice_.log(LogLevel::warning, fmt::format("rotation: {}", to_string(action.error)));
  voice_.events().rotation_failed(action.failures, action.delay, action.error);
}

// ---- one takes over from the other

void Engine::take_over_when_ready() {
  if (!life_.has_successor()) return;
  switch (subscribing_.successor()) {
    case Subscribing::Successor::ready:
      return happens([](Life& life) { life.successor_ready(); });
    case Subscribing::Successor::refused:
      return happens([](Life& life) { life.successor_refused(); });
    case Subscribing::Successor::none:
    case Subscribing::Successor::asked:
      return;
  }
}

void Engine::carry_out(const Life::TakeOver&) {
  links_.take_over();
  counters_.epoch.set(rotation_->successor().epoch);
  life_.taken_over(Clock::now(), random_unit());
  links_.represent_client();  // who is told may close us, but finds the take-over done
  subscribing_.take_over();
  retire_when_idle();
}

// An answer comes on the connection on which was asked.
void Engine::retire_when_idle() {
  const auto& other = links_.of(Which::other);
  if (!life_.is_retiring() || !other || calls_.waits_on(other->epoch())) return;
  happens([](Life& life) { life.other_is_idle(); });
}

void Engine::carry_out(const Life::Retire&) {
  const Error rotated{errc::disconnected, Phase::close, "the connection was rotated"};
  if (const auto other = links_.of(Which::other)) other->retire(rotated);
}

// Those of the connections before the present one.
void Engine::carry_out(const Life::RetiredGone& action) {
  const auto& present = links_.of(Which::present);
  calls_.end_of(0, present ? present->epoch() - 1 : links_.last_epoch(), action.why);
}

void Engine::carry_out(const Life::FinishRotation&) {
  counters_.rotations.add(1);
  rotation_->finish();
}

void Engine::carry_out(const Life::TellRotated&) { voice_.tell(rotation_->told()); }

void Engine::carry_out(const Life::DropRotation&) {
  links_.end_dial(Which::other);
  subscribing_.successor_lost();
  // Out of our hands first: nobody is told of its end.
  if (const auto other = links_.release(Which::other)) {
    other->abort(Error{errc::disconnected, Phase::open, "the other connection of the rotation ended"});
  }
}

void Engine::carry_out(const Life::ForgetHandover&) {
  if (rotation_) rotation_->forget();
}

// ---- what both bring

void Engine::deliver_in_rotation(link::Link& from, const link::Inbound& inbound) {
  const auto self = shared_from_this();
  const bool from_successor = is_successor(from.epoch());
  const Reading& reading = inbound.reading;
  const bool decides = reading.kind == Reading::Kind::confirmed || reading.kind == Reading::Kind::rejected;
  const bool is_update = reading.kind == Reading::Kind::update;
  if (is_update && rotation_->matters() && rotation_->holds(from, inbound, life_.is_retiring())) {
    subscribing_.hear(reading, from_successor);
  } else if (from_successor && decides && !reading.channel.empty()) {
    subscribing_.hear(reading, true);
  } else {
    handle(inbound, from.epoch());
  }
  take_over_when_ready();
}

bool Engine::is_heard() { return life_.end() == nullptr && voice_.silence() == Silence::none; }

void Engine::handover_is_full(const Error& why) {
  const auto successor = links_.of(Which::other);
  happens([](Life& life) { life.successor_leaving(); });
  successor->abort(why);
}

}  // namespace zenws::client
