#include "link/link.hpp"

#include <new>
#include <span>
#include <utility>

#include "base/bytes.hpp"
#include "json/parser.hpp"
#include "link/out_of_memory.hpp"

namespace zenws::link {

Link::Link(const Parts& parts, std::uint64_t epoch, std::unique_ptr<net::Transport> transport,
           const std::optional<ws::DeflateParams>& deflate)
    : loop_{parts.loop},
      options_{parts.options},
      epoch_{epoch},
      counters_{parts.counters},
      owner_{parts.owner},
      transport_{std::move(transport)},
      outbox_{parts.loop,
              parts.door,
              *transport_,
              epoch,
              parts.options.send_queue_limit,
              parts.counters,
              parts.watch,
              *this,
              ws::deflate_by(deflate, ws::Role::client, parts.options.compression)},
      session_{parts.options, Clock::now(), [this](std::string_view what) { owner_.callback_failed(what); },
               parts.watch,   epoch,        ws::inflate_by(deflate, ws::Role::client)},
      always_has_room_{parts.owner.always_has_room()} {
  timer_.emplace(loop_.timers(), [this] { on_time(); });
}

void Link::start(std::shared_ptr<void> owner, Buffer received, bool more) {
  kept_owner_ = std::move(owner);
  now_ = Clock::now();
  counters_.bytes_in.add(received.size());
  session_.feed(received.bytes(), now_);
  session_.keep();
  publish_heartbeat();
  timer_->arm(session_.deadline());
  received.empty() && !more ? wait_readable() : read_soon();
}

void Link::close(std::uint16_t code, std::string_view reason, Error error) {
  if (const auto frame = session_.close(code, reason, std::move(error))) begin_closing(*frame);
  if (session_.deliver_to_the_end(false)) resume();  // it is no longer waited for room
}

void Link::retire(Error error) {
  close(1000, {}, std::move(error));
  session_.deliver_to_the_end(true);
}

void Link::abort(const Error& error) {
  if (ended_) return;
  session_.abort(error);
  finish(true);
}

void Link::leave(std::uint16_t code, Error error) {
  if (ended_) return;
  outbox_.enqueue_close(ws::ClosePayload{code, {}}.bytes());
  outbox_.uncork();
  session_.leave(std::move(error));
  finish(false);
}

void Link::resume() {
  if (!std::exchange(paused_, false)) return;
  read_soon();
}

void Link::wait_readable() {
  if (ended_ || paused_ || std::exchange(wait_armed_, true)) return;
  transport_->wait_readable([self = shared_from_this()] {
    self->wait_armed_ = false;
    self->on_readable();
  });
}

void Link::read_soon() {
  if (std::exchange(read_posted_, true)) return;
  loop_.take_turn([self = shared_from_this()] {
    self->read_posted_ = false;
    self->on_readable();
  });
}

void Link::on_readable() {
  if (ended_ || paused_ || in_batch_) return;
  const auto self = shared_from_this();  // a callback may let go of us
  in_batch_ = true;
  outbox_.cork();
  const bool more = read_within_memory();
  json::give_back();
  outbox_.uncork();
  in_batch_ = false;
  if (over_) return finish(reset_);
  publish_heartbeat();
  publish_inflated();
  behind_ = more && !paused_;
  behind_ ? read_soon() : wait_readable();
}

// How much memory is asked for, the peer decides.
bool Link::read_within_memory() try { return read_turn(); } catch (const std::bad_alloc&) {
  abort(out_of_memory());
  return false;
}

// True when there may be more already. Of what a loop's connections have to read, each takes one message at least.
bool Link::read_turn() {
  in_turn_ = turn_over_ = false;
  if (session_.unread() != 0) {  // kept when the last turn ended, when reading paused, or with the 101
    now_ = Clock::now();
    look(now_);
    if (!take_steps()) return !paused_;
  }
  bool more = true;
  while (more && !paused_ && !over_) {
    more = read_once();
    if (ends_turn()) break;
  }
  return more;
}

// Others wait, or the time is up.
bool Link::ends_turn() { return turn_over_ || loop_.has_posted(); }

// A read of 256 KiB may hold a thousand times as much, whose calls are no measure for what comes next.
bool Link::has_inflated_much() const noexcept {
  constexpr std::uint64_t much = std::uint64_t{64} << 10U;
  const ws::Inflater* const inflater = session_.inflater();
  return inflater != nullptr && inflater->bytes_out() - looked_out_ >= much;
}

void Link::look(TimePoint now) {
  if (const ws::Inflater* const inflater = session_.inflater()) looked_out_ = inflater->bytes_out();
  if (!std::exchange(in_turn_, true)) turn_ = policy::Turn{now};
  const policy::Turn::Verdict verdict = turn_.look(now);
  if (verdict.flush) outbox_.flush_gathered();
  turn_over_ = verdict.over;
}

// One read, and all that is in it unless the turn ends before. False when waiting for the socket is right.
bool Link::read_once() {
  const std::span<std::byte> direct = session_.direct_target();
  const std::span<std::byte> target = direct.empty() ? loop_.receive_buffer() : direct;
  const net::Transfer transfer = transport_->read_some(target);
  switch (transfer.status) {
    case net::Transfer::Status::want_read:
    case net::Transfer::Status::want_write:
      if (transfer.more) look(Clock::now());
      return transfer.more;
    case net::Transfer::Status::ended:
    case net::Transfer::Status::failed:
      over_ = true;
      session_.stream_ended(transfer.error);
      return false;
    case net::Transfer::Status::ok:
      break;
  }
  counters_.bytes_in.add(transfer.bytes);
  now_ = Clock::now();
  look(now_);
  if (direct.empty()) {
    session_.feed(target.first(transfer.bytes), now_);
  } else {
    session_.fed_directly(transfer.bytes, now_);
  }
  return !take_steps() || transfer.more;
}

// False when the turn, or the connection, ended before everything was taken, or when it paused.
bool Link::take_steps() {
  std::optional<Inbound> inbound;
  // Asked once: whoever begins to expect one from here on cannot find it among bytes that have come already.
  const bool expects_answers = (!options_.decode_json || !options_.dialect) && owner_.expects_answers();
  for (bool is_first = true; !over_; is_first = false) {
    if (!is_first && session_.unread() != 0) {
      if (turn_.called() || has_inflated_much()) look(Clock::now());
      if (ends_turn()) {
        session_.keep();
        return false;
      }
    }
    if (!always_has_room_ && session_.delivers() && !owner_.has_room(session_.has_failed_to_send())) {
      paused_ = true;
      session_.keep();
      return false;
    }
    const Step step = session_.next(now_, expects_answers, inbound);
    if (step.kind == Step::Kind::message) {
      owner_.deliver(*this, *inbound);
      continue;
    }
    if (step.kind == Step::Kind::need_more) return true;
    obey(step, inbound ? &*inbound : nullptr);
  }
  return false;
}

// All but messages.
void Link::obey(const Step& step, const Inbound* inbound) {
  switch (step.kind) {
    case Step::Kind::owed:
      return outbox_.enqueue_owed(step.owed.opcode, step.owed.payload);
    case Step::Kind::dropped:
      return counters_.dropped_on_close.add(1);
    case Step::Kind::deadline:
      return timer_->arm(session_.deadline());
    case Step::Kind::failed:
      owner_.deliver(*this, *inbound);
      [[fallthrough]];
    case Step::Kind::closing:
      return begin_closing(step.owed);
    case Step::Kind::message:
    case Step::Kind::need_more:
      break;
  }
}

// ---- time

void Link::on_time() {
  const auto self = shared_from_this();
  read_now();
  if (ended_) return;
  const TimePoint now = Clock::now();
  obey(session_.tick(now, read_so_far(now)));
  if (!ended_) timer_->arm(session_.deadline());
}

Session::Read Link::read_so_far(TimePoint now) {
  if (paused_) return {};
  const std::size_t waiting = behind_ ? session_.unread() + transport_->unread() : 0;
  return {backlog_.read_until(now, session_.handled(), waiting), waiting};
}

void Link::obey(const Session::Tick& tick) {
  if (tick.missed) counters_.heartbeat_failures.add(1);
  publish_heartbeat();
  const bool closes = tick.owed && tick.owed->opcode == ws::Opcode::close;
  const bool beats = tick.owed && !closes;
  if (beats || tick.missed) owner_.heartbeat_due(beats, tick.missed);
  if (beats) outbox_.enqueue_owed(tick.owed->opcode, tick.owed->payload);
  if (closes) begin_closing(*tick.owed);
  if (tick.dead) abort(*tick.dead);
  if (tick.over) finish(true);
}

void Link::represents(bool client) {
  represents_ = client;
  publish_heartbeat();
}

void Link::publish_heartbeat() {
  HeartbeatWire* const beats = session_.beats();
  if (beats == nullptr || !represents_) return;
  HeartbeatCounters& heartbeat = counters_.heartbeat;
  heartbeat.missed_in_a_row.set(static_cast<std::uint64_t>(beats->state().missed_in_a_row()));
  heartbeat.unanswered.set(beats->state().unanswered());
  heartbeat.active.store(session_.is_open(), std::memory_order_relaxed);
  if (const auto answer = beats->state().last_answer()) {
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(answer->time_since_epoch());
    heartbeat.answered_at.store(since_epoch.count(), std::memory_order_relaxed);
  }
  if (const auto round_trip = beats->fresh_round_trip()) {
    heartbeat.round_trip.store(round_trip->count(), std::memory_order_relaxed);
    owner_.measured(*round_trip);
  }
}

void Link::publish_inflated() {
  const ws::Inflater* const inflater = session_.inflater();
  if (inflater == nullptr) return;
  counters_.compressed_in.add(inflater->bytes_in() - std::exchange(told_in_, inflater->bytes_in()));
  counters_.uncompressed_in.add(inflater->bytes_out() - std::exchange(told_out_, inflater->bytes_out()));
}

// ---- the end

void Link::begin_closing(const Owed& close_frame) {
  outbox_.enqueue_close(close_frame.payload);
  session_.wait_for_peer(Clock::now());
  publish_heartbeat();
  timer_->arm(session_.deadline());
  owner_.ending(*this, session_.why());
  if (!in_batch_) resume();  // the peer's close frame may be behind what there was no room for
}

void Link::finish(bool reset) {
  if (in_batch_) {
    over_ = true;
    reset_ = reset;
    return;
  }
  if (ended_) return;
  ended_ = true;
  const auto self = shared_from_this();  // who waits for the transport holds us no longer once it is closed
  const std::shared_ptr<void> owner = std::move(kept_owner_);
  timer_.reset();
  publish_heartbeat();
  publish_inflated();
  outbox_.detach();
  transport_->close(reset);
  owner_.ended(*this, session_.why());
}

// ---- what the outbox asks for

void Link::flush_soon() {
  loop_.post([self = shared_from_this()] { self->outbox_.flush(); });
}

void Link::flush_when_writable() {
  if (loop_.is_this_thread()) return wait_writable();
  loop_.post([self = shared_from_this()] { self->wait_writable(); });
}

void Link::wait_writable() {
  if (ended_ || std::exchange(write_wait_armed_, true)) return;
  transport_->wait_writable([self = shared_from_this()] {
    self->write_wait_armed_ = false;
    self->outbox_.flush();
  });
}

void Link::write_failed(std::error_code error) {
  loop_.post([self = shared_from_this(), error] { self->sending_failed(error); });
}

// The stream takes nothing more. What has come is read and delivered before the connection ends: it may say why.
void Link::sending_failed(std::error_code error) {
  if (ended_ || session_.has_failed_to_send()) return;
  session_.sending_failed(error, Clock::now());
  timer_->arm(session_.deadline());
  paused_ ? resume() : read_soon();
}

}  // namespace zenws::link
