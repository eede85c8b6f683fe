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
#include "client/decoder.hpp"
#include "client/dialect_parts.hpp"
#include "client/endpoint.hpp"
#include "client/engine.hpp"
#include "client/out_of_memory.hpp"
#include "json/parser.hpp"
#include "policy/backoff.hpp"
#include "policy/turn.hpp"
#include "ws/protocol.hpp"

namespace zenws::client {

namespace {

using namespace std::chrono_literals;
using Stage = Rotation::Stage;

// How much later than the old connection the new one may bring an update, and still not have it delivered twice.
constexpr auto longest_lag = 10s;

std::optional<std::uint64_t> id_of_update(const Dialect& dialect, const Inbound& inbound, std::string& thrown) {
  std::optional<std::uint64_t> id;
  if (inbound.json == nullptr) return id;
  if (const auto what = text_of_what_it_throws([&] { id = dialect.update_id(*inbound.json); })) thrown = *what;
  return id;
}

}  // namespace

// ---- when

Result<> Engine::rotate() {
  const State state = numbers_.state.load(std::memory_order_acquire);
  if (state != State::connected) return std::unexpected{not_connected(state)};
  loop_->post([self = shared_from_this()] { self->start_rotation(); });
  return {};
}

// Drawn at random, so that clients that were opened together are not rotated together.
void Engine::come_of_age_later() {
  if (options_.max_age <= 0ms) return;
  arm(age_timer_, Clock::now() + policy::with_jitter(options_.max_age, options_.jitter, random_unit()),
      &Engine::start_rotation);
}

void Engine::start_rotation() {
  const auto self = shared_from_this();
  if (end_ || !connection_ || numbers_.state.load(std::memory_order_relaxed) != State::connected) return;
  if (!rotation_)
    rotation_ = std::make_unique<Rotation>(loop_->timers(), options_.handover_bytes, [this] { rotation_due(); });
  if (rotation_->stage != Stage::none && rotation_->stage != Stage::waiting) return;  // it is under way
  if (rotation_->stage == Stage::none) rotation_->failures = 0;
  if (rotation_->handover.holds_any()) return wait_for_room();
  dial_successor();
}

void Engine::rotation_due() {
  const auto self = shared_from_this();
  switch (rotation_->stage) {
    case Stage::none:
      rotation_->handover.forget();
      return publish_handover();
    case Stage::waiting:
      return rotation_->handover.holds_any() ? wait_for_room() : dial_successor();
    case Stage::retiring:  // a request takes its time
      return rotation_->second->retire(Error{errc::disconnected, Phase::close, "the connection was rotated"});
    case Stage::dialling:
    case Stage::preparing:
      return;
  }
}

// The user has not taken what the last rotation brought.
void Engine::wait_for_room() {
  rotation_->stage = Stage::waiting;
  rotation_->timer.arm(Clock::now() + options_.retry_delay);
}

// ---- the successor

void Engine::dial_successor() {
  rotation_->stage = Stage::dialling;
  rotation_->timer.disarm();
  Result<net::DialRequest> request = next_request(rotation_->failures, rotation_->error_or_null());
  if (end_) return;  // the provider closed us
  if (!request) return rotation_failed(request.error());
  rotation_->dial =
      start_dial(*std::move(request), [this](Result<net::Dialled> result) { successor_dialled(std::move(result)); });
}

void Engine::successor_dialled(Result<net::Dialled> dialled) {
  const auto self = shared_from_this();
  Rotation& rotation = *rotation_;
  const std::unique_ptr<net::Dial> finished = std::move(rotation.dial);
  if (!dialled) return rotation_failed(dialled.error());
  const std::uint64_t epoch = ++last_epoch_;
  rotation.stage = Stage::preparing;
  rotation.opened = {epoch, dialled->took, dialled->answer.subprotocol};
  rotation.both_since = Clock::now();
  rotation.repeated_before = rotation.handover.repeated();
  rotation.handover.begin();
  rotation.second = open(*std::move(dialled), epoch, outboxes_.offer(epoch), false);
  settings_.own<&Options::authenticate>() ? authenticate(epoch) : prepare_successor();
}

void Engine::prepare_successor() {
  subscribing_.successor_opened();
  take_over_when_ready();
}

void Engine::rotation_failed(const Error& error) {
  Rotation& rotation = *rotation_;
  const auto delay = policy::with_jitter(
      policy::backoff_delay(options_.retry_delay, options_.max_backoff, static_cast<std::uint64_t>(rotation.failures)),
      options_.jitter, random_unit());
  ++rotation.failures;
  rotation.error = error;
  rotation.stage = Stage::waiting;
  rotation.timer.arm(Clock::now() + delay);
  numbers_.rotation_failures.add(1);
  log(LogLevel::warning, fmt::format("rotation: {}", to_string(error)));
  events_.rotation_failed(rotation.failures, delay, error);
}

// ---- one takes over from the other

void Engine::take_over_when_ready() {
  if (end_ || !rotation_ || !rotation_->has_successor()) return;
  switch (subscribing_.successor()) {
    case Subscribing::Successor::ready:
      return take_over();
    case Subscribing::Successor::refused:
      return rotation_->second->close(
          1000, {}, Error{errc::subscription_rejected, Phase::open, "the new connection was refused a channel"});
    case Subscribing::Successor::none:
    case Subscribing::Successor::asked:
      return;
  }
}

void Engine::take_over() {
  const auto self = shared_from_this();
  outboxes_.take_over();
  connection_.swap(rotation_->second);
  rotation_->stage = Stage::retiring;
  rotation_->timer.arm(Clock::now() + options_.request_timeout);
  rotation_->second->represents(false);
  connection_->represents(true);
  connected_ = rotation_->opened;
  numbers_.epoch.set(connected_.epoch);
  retry_.opened(Clock::now());
  attempt_ = 0;
  subscribing_.take_over();
  if (end_) return;
  come_of_age_later();
  retire_when_idle();
}

// An answer comes on the connection on which was asked.
void Engine::retire_when_idle() {
  if (!rotation_ || rotation_->stage != Stage::retiring || !rotation_->second) return;
  if (requests_.has_of(rotation_->second->epoch())) return;
  rotation_->second->retire(Error{errc::disconnected, Phase::close, "the connection was rotated"});
}

void Engine::second_ended(const Error& error) {
  Rotation& rotation = *rotation_;
  const std::shared_ptr<Connection> second = std::move(rotation.second);
  const Stage stage = std::exchange(rotation.stage, Stage::none);
  const Error why = why_waits_end(error);
  rotation.timer.disarm();
  if (stage == Stage::retiring) {
    fail(requests_.drain_of(0, second->epoch()), why);
    return was_closed() && !connection_ ? stop(*end_) : rotated();
  }
  outboxes_.withdraw();
  authenticate_deadline_.reset();
  rotation.handover.forget_held();
  publish_handover();
  subscribing_.successor_lost();
  fail(requests_.drain_of(second->epoch(), second->epoch()), why);
  limited_outbox_.sweep();
  const bool is_wanted = !end_ && rotation_ && numbers_.state.load(std::memory_order_relaxed) == State::connected;
  if (is_wanted) rotation_failed(error);
}

void Engine::rotated() {
  if (!rotation_) return;  // what was told ended us
  rotation_->handover.end();
  rotation_->timer.arm(Clock::now() + longest_lag);
  numbers_.rotations.add(1);
  deliver_held();
  if (end_ || !rotation_) return;
  const auto overlap = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - rotation_->both_since);
  tell(Rotated{rotation_->opened.epoch, rotation_->opened.connect_time, overlap,
               rotation_->handover.repeated() - rotation_->repeated_before});
}

// The present connection is lost, or closed: no other takes over from it.
void Engine::drop_rotation() {
  if (!rotation_) return;
  Rotation& rotation = *rotation_;
  rotation.dial.reset();
  rotation.timer.disarm();
  if (rotation.stage != Stage::retiring) rotation.stage = Stage::none;
  if (const auto second = rotation.second) {
    second->abort(Error{errc::disconnected, Phase::open, "the other connection of the rotation ended"});
  }
  if (!rotation_) return;
  rotation_->handover.forget();
  publish_handover();
}

// ---- what both bring

void Engine::publish_handover() noexcept {
  numbers_.repeated_updates.set(rotation_->handover.repeated());
  numbers_.handover_bytes.set(rotation_->handover.bytes());
}

void Engine::deliver_in_rotation(Connection& from, const Inbound& inbound) {
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
bool Engine::holds(Connection& from, const Inbound& inbound) {
  policy::Handover& handover = rotation_->handover;
  std::string thrown;
  const auto id = id_of_update(dialect_or_deribit(options_.dialect.get()), inbound, thrown);
  if (!thrown.empty()) callback_failed(thrown);
  const bool is_second = rotation_->is_second(from);
  const bool from_younger = rotation_->stage == Stage::preparing ? is_second : !is_second;
  const bool waits = rotation_->second ? from_younger : handover.holds_any();
  const bool is_delivered = !waits && handover.admits(inbound.reading.channel, id);
  if (waits) handover.hold(inbound.reading.channel, id, std::string{inbound.text});
  publish_handover();
  bound_handover(from);
  return !is_delivered;
}

// A successor can be given up, for nothing of it was delivered. Once it serves it is read no further until what is held
// was delivered.
void Engine::bound_handover(Connection& from) {
  const policy::Handover& handover = rotation_->handover;
  if (rotation_->stage != Stage::preparing) {
    if (handover.holds_too_much() && !rotation_->is_second(from)) from.pause();
  } else if (handover.holds_too_much() || handover.knows_too_many()) {
    const std::shared_ptr<Connection> second = rotation_->second;
    second->abort(
        Error{errc::disconnected, Phase::open,
              fmt::format("the new connection was given up: the rotation would hold back more than handover_bytes ({})",
                          options_.handover_bytes)});
  }
}

// In turns, as what is read: others of the loop wait too.
void Engine::deliver_held() try {
  const Decoder decoder{options_.decode_json, options_.dialect.get(),
                        [this](std::string_view what) { callback_failed(what); }};
  policy::Turn turn{Clock::now()};
  bool is_over = false;
  while (rotation_ && !rotation_->second && (settings_.handler() || has_room(false))) {
    if (is_over) return loop_->take_turn([self = shared_from_this()] { self->deliver_held(); });
    std::optional<std::string> text = rotation_->handover.take();
    publish_handover();
    if (!text) return connection_ ? connection_->resume() : void();
    if (end_ || silence_ != Silence::none) {
      numbers_.dropped_on_close.add(1);
      continue;
    }
    text->reserve(text->size() + ws::text_padding);
    std::optional<Inbound> inbound;
    decoder.read_text(inbound, *text, true);
    handle(*inbound, last_epoch_);
    json::give_back();
    is_over = loop_->has_posted() || (turn.called() && turn.look(Clock::now()).over);
  }
} catch (const std::bad_alloc&) {
  json::give_back();
  if (connection_) connection_->abort(out_of_memory());
}

}  // namespace zenws::client
