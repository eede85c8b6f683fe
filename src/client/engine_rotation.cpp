// How a connection is replaced by another without a gap. See engine.hpp, rotation.hpp.
//
// The successor is opened, logged in and subscribed while the present connection serves. Once it has everything, all
// that is sent goes there; the old connection stays until its requests are answered, and is closed by a handshake, so
// that everything the server sent on it is read. Only then is delivered what the successor has brought meanwhile.
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/contain.hpp"
#include "base/random.hpp"
#include "client/engine.hpp"
#include "json/parser.hpp"
#include "link/decoder.hpp"
#include "link/default_dialect.hpp"
#include "link/out_of_memory.hpp"
#include "policy/turn.hpp"
#include "ws/protocol.hpp"

namespace zenws::client {

namespace {

std::optional<std::uint64_t> id_of_update(const Dialect& dialect, const link::Inbound& inbound, std::string& thrown) {
  std::optional<std::uint64_t> id;
  if (inbound.json == nullptr) return id;
  if (const auto what = text_of_what_it_throws([&] { id = dialect.update_id(*inbound.json); })) thrown = *what;
  return id;
}

}  // namespace

// ---- the successor

Result<> Engine::rotate() {
  const State state = numbers_.state.load(std::memory_order_acquire);
  if (state != State::connected) return std::unexpected{link::not_connected(state)};
  loop_->post([self = shared_from_this()] { self->happens([](Life& life) { life.rotate_asked(); }); });
  return {};
}

void Engine::open_successor(net::Dialled dialled) {
  Rotation& rotation = *rotation_;
  const std::uint64_t epoch = ++last_epoch_;
  rotation.opened = {epoch, dialled.took, dialled.answer.subprotocol};
  rotation.both_since = Clock::now();
  rotation.repeated_before = rotation.handover.repeated();
  rotation.handover.begin();
  rotation.second = make_link(dialled, epoch);
  rotation.second->represents(false);
  door_.offer(rotation.second->outbox());
  begin(*rotation.second, std::move(dialled));
  happens([&](Life& life) { life.successor_dialled(epoch, Clock::now()); });
}

void Engine::carry_out(const Life::Prepare&) {
  subscribing_.successor_opened();
  take_over_when_ready();
}

void Engine::carry_out(const Life::SuccessorGone& action) {
  rotation_->handover.forget_held();
  publish_handover();
  subscribing_.successor_lost();
  calls_.end_of(action.epoch, action.epoch, action.why);
}

void Engine::carry_out(const Life::TellRotationFailed& action) {
  numbers_.rotation_failures.add(1);
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
  door_.take_over();
  connection_.swap(rotation_->second);
  numbers_.epoch.set(rotation_->opened.epoch);
  life_.taken_over(Clock::now(), random_unit());
  rotation_->second->represents(false);
  connection_->represents(true);
  subscribing_.take_over();
  retire_when_idle();
}

// An answer comes on the connection on which was asked.
void Engine::retire_when_idle() {
  if (!life_.is_retiring() || !rotation_->second || calls_.waits_on(rotation_->second->epoch())) return;
  happens([](Life& life) { life.other_is_idle(); });
}

void Engine::carry_out(const Life::Retire&) {
  const Error rotated{errc::disconnected, Phase::close, "the connection was rotated"};
  if (rotation_->second) rotation_->second->retire(rotated);
}

// Those of the connections before the present one.
void Engine::carry_out(const Life::RetiredGone& action) {
  calls_.end_of(0, connection_ ? connection_->epoch() - 1 : last_epoch_, action.why);
}

void Engine::carry_out(const Life::FinishRotation&) {
  rotation_->handover.end();
  numbers_.rotations.add(1);
  deliver_held();
}

void Engine::carry_out(const Life::TellRotated&) {
  const auto overlap = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - rotation_->both_since);
  voice_.tell(Rotated{rotation_->opened.epoch, rotation_->opened.connect_time, overlap,
                      rotation_->handover.repeated() - rotation_->repeated_before});
}

void Engine::carry_out(const Life::DropRotation&) {
  if (!rotation_) return;
  rotation_->dial.reset();
  subscribing_.successor_lost();
  // Out of our hands first: nobody is told of its end.
  if (const std::shared_ptr<link::Link> second = std::move(rotation_->second)) {
    second->abort(Error{errc::disconnected, Phase::open, "the other connection of the rotation ended"});
  }
}

void Engine::carry_out(const Life::ForgetHandover&) {
  if (!rotation_) return;
  rotation_->handover.forget();
  publish_handover();
}

// ---- what both bring

void Engine::publish_handover() noexcept {
  numbers_.repeated_updates.set(rotation_->handover.repeated());
  numbers_.handover_bytes.set(rotation_->handover.bytes());
}

void Engine::deliver_in_rotation(link::Link& from, const link::Inbound& inbound) {
  const auto self = shared_from_this();
  const bool from_successor = is_successor(from.epoch());
  const Reading& reading = inbound.reading;
  const bool decides = reading.kind == Reading::Kind::confirmed || reading.kind == Reading::Kind::rejected;
  if (reading.kind == Reading::Kind::update && rotation_->handover.matters() && holds(from, inbound)) {
    subscribing_.hear(reading, from_successor);
  } else if (from_successor && decides && !reading.channel.empty()) {
    subscribing_.hear(reading, true);
  } else {
    handle(inbound, from.epoch());
  }
  take_over_when_ready();
}

// True: it is not to be delivered, or not yet.
bool Engine::holds(link::Link& from, const link::Inbound& inbound) {
  policy::Handover& handover = rotation_->handover;
  std::string thrown;
  const auto id = id_of_update(link::dialect_or_deribit(options_.dialect.get()), inbound, thrown);
  if (!thrown.empty()) callback_failed(thrown);
  const bool is_second = rotation_->is_second(from);
  const bool from_younger = life_.is_retiring() ? !is_second : is_second;
  const bool waits = rotation_->second ? from_younger : handover.holds_any();
  const bool is_delivered = !waits && handover.admits(inbound.reading.channel, id);
  if (waits) handover.hold(inbound.reading.channel, id, std::string{inbound.text});
  publish_handover();
  bound_handover(from);
  return !is_delivered;
}

// A successor can be given up, for nothing of it was delivered. Once it serves it is read no further until what is held
// was delivered.
void Engine::bound_handover(link::Link& from) {
  const policy::Handover& handover = rotation_->handover;
  const bool may_be_given_up = rotation_->second && !life_.is_retiring();
  if (!may_be_given_up) {
    if (handover.holds_too_much() && !rotation_->is_second(from)) from.pause();
  } else if (handover.holds_too_much() || handover.knows_too_many()) {
    const std::shared_ptr<link::Link> second = rotation_->second;
    happens([](Life& life) { life.successor_leaving(); });
    second->abort(
        Error{errc::disconnected, Phase::open,
              fmt::format("the new connection was given up: the rotation would hold back more than handover_bytes ({})",
                          options_.handover_bytes)});
  }
}

// In turns, as what is read: others of the loop wait too.
void Engine::deliver_held() try {
  const link::Decoder decoder{options_.decode_json, options_.dialect.get(),
                              [this](std::string_view what) { callback_failed(what); }};
  policy::Turn turn{Clock::now()};
  bool is_over = false;
  while (rotation_ && !rotation_->second && (settings_.handler() || has_room(false))) {
    if (is_over) {
      if (connection_) connection_->pause();  // else what comes meanwhile is held too, and it never ends
      return loop_->take_turn([self = shared_from_this()] { self->deliver_held(); });
    }
    std::optional<std::string> text = rotation_->handover.take();
    publish_handover();
    if (!text) return connection_ ? connection_->resume() : void();
    if (life_.end() != nullptr || voice_.silence() != Silence::none) {
      numbers_.link.dropped_on_close.add(1);
      continue;
    }
    text->reserve(text->size() + ws::text_padding);
    std::optional<link::Inbound> inbound;
    decoder.read_text(inbound, *text, true);
    handle(*inbound, last_epoch_);
    json::give_back();
    is_over = loop_->has_posted() || (turn.called() && turn.look(Clock::now()).over);
  }
} catch (const std::bad_alloc&) {
  json::give_back();
  if (connection_) connection_->abort(link::out_of_memory());
}

}  // namespace zenws::client
