#include "link/link.hpp"

#include <new>
#include <span>
#include <utility>

#include "base/bytes.hpp"
#include "json/parser.hpp"
#include "link/out_of_memory.hpp"

namespace zenws::link {

namespace {

// No close frame came (RFC 6455 §7.1.5).
Error abnormal(const Error& error) { return error.with_close({ws::close_code::abnormal, {}}); }

// The stream ended, or failed, under us.
Error lost(const net::Transfer& transfer) {
  if (transfer.status == net::Transfer::Status::failed) return abnormal(Error{transfer.error, Phase::open});
  return abnormal(Error{errc::disconnected, Phase::open, "the connection ended without a close frame"});
}

}  // namespace

Link::Link(const Parts& parts, std::uint64_t epoch, std::unique_ptr<net::Stream> stream)
    : loop_{parts.loop},
      options_{parts.options},
      epoch_{epoch},
      counters_{parts.counters},
      owner_{parts.owner},
      stream_{std::move(stream)},
      outbox_{parts.loop,     parts.door,  *stream_, epoch, parts.options.send_queue_limit,
              parts.counters, parts.watch, *this},
      session_{parts.options, Clock::now(), [this](std::string_view what) { owner_.callback_failed(what); },
               parts.watch, epoch},
      always_has_room_{parts.owner.always_has_room()} {
  session_timer_.emplace(loop_.timers(), [this] { on_time(); });
}

void Link::start(std::shared_ptr<void> owner, Buffer received, bool more) {
  kept_owner_ = std::move(owner);
  now_ = Clock::now();
  received_ = received.size();
  counters_.bytes_in.add(received_);
  session_.protocol().feed(received.bytes());
  session_.protocol().keep();
  publish_heartbeat();
  session_timer_->arm(session_.deadline());
  received.empty() && !more ? wait_readable() : read_soon();
}

void Link::close(std::uint16_t code, std::string_view reason, Error error) {
  if (stage_ == Stage::open) begin_closing(ws::ClosePayload{code, reason}.bytes(), std::move(error));
  if (std::exchange(delivers_to_the_end_, false)) resume();  // it is no longer waited for room
}

void Link::retire(Error error) {
  close(1000, {}, std::move(error));
  delivers_to_the_end_ = true;
}

void Link::abort(const Error& error) {
  if (stage_ == Stage::ended) return;
  if (!error_) error_ = abnormal(error);
  stage_ = Stage::closing;  // delivers nothing more, also inside a batch
  delivers_to_the_end_ = false;
  finish(true);
}

void Link::leave(std::uint16_t code, Error error) {
  if (stage_ == Stage::ended) return;
  outbox_.enqueue_close(ws::ClosePayload{code, {}}.bytes());
  outbox_.uncork();
  error_ = std::move(error);
  stage_ = Stage::closing;
  finish(false);
}

void Link::resume() {
  if (!std::exchange(paused_, false)) return;
  read_soon();
}

void Link::wait_readable() {
  if (stage_ == Stage::ended || paused_ || std::exchange(wait_armed_, true)) return;
  stream_->wait_readable([self = shared_from_this()](const boost::system::error_code& error) {
    self->wait_armed_ = false;
    if (error == boost::asio::error::operation_aborted) return;
    self->loop_.run_posted();
    self->on_readable();  // where reading tells what is wrong
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
  if (stage_ == Stage::ended || paused_ || in_batch_) return;
  const auto self = shared_from_this();  // a callback may let go of us
  in_batch_ = true;
  outbox_.cork();
  const bool more = read_within_memory();
  json::give_back();
  outbox_.uncork();
  in_batch_ = false;
  if (over_) return finish(reset_);
  publish_heartbeat();
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
  if (session_.protocol().unread() != 0) {  // kept when the last turn ended, when reading paused, or with the 101
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

void Link::look(TimePoint now) {
  if (!std::exchange(in_turn_, true)) turn_ = policy::Turn{now};
  const policy::Turn::Verdict verdict = turn_.look(now);
  if (verdict.flush) outbox_.flush_gathered();
  turn_over_ = verdict.over;
}

// One read, and all that is in it unless the turn ends before. False when waiting for the socket is right.
bool Link::read_once() {
  ws::Protocol& protocol = session_.protocol();
  const std::span<std::byte> direct = protocol.direct_target();
  const std::span<std::byte> target = direct.empty() ? loop_.receive_buffer() : direct;
  const net::Transfer transfer = stream_->read_some(target);
  switch (transfer.status) {
    case net::Transfer::Status::want_read:
    case net::Transfer::Status::want_write:
      if (transfer.more) look(Clock::now());
      return transfer.more;
    case net::Transfer::Status::ended:
    case net::Transfer::Status::failed:
      over_ = true;
      if (!error_) error_ = end_of(transfer);
      return false;
    case net::Transfer::Status::ok:
      break;
  }
  received_ += transfer.bytes;
  counters_.bytes_in.add(transfer.bytes);
  now_ = Clock::now();
  session_.heard(now_);
  look(now_);
  if (direct.empty()) {
    protocol.feed(target.first(transfer.bytes));
  } else {
    protocol.fed_directly(transfer.bytes);
  }
  return !take_steps() || transfer.more;
}

// A failed write is told only when reading has nothing to say: over TLS the peer's alert comes that way.
Error Link::end_of(const net::Transfer& transfer) const {
  const bool is_telling =
      transfer.status == net::Transfer::Status::failed && transfer.error.category() == tls_category();
  return write_error_ && !is_telling ? *write_error_ : lost(transfer);
}

// False when the turn, or the connection, ended before everything was taken, or when it paused.
bool Link::take_steps() {
  std::optional<Inbound> inbound;
  // Asked once: whoever begins to expect one from here on cannot find it among bytes that have come already.
  const bool expects_answers = (!options_.decode_json || !options_.dialect) && owner_.expects_answers();
  for (bool is_first = true; !over_; is_first = false) {
    if (!is_first && session_.protocol().unread() != 0) {
      if (turn_.called()) look(Clock::now());
      if (ends_turn()) {
        session_.protocol().keep();
        return false;
      }
    }
    if (!always_has_room_ && delivers() && !owner_.has_room(write_error_.has_value())) {
      paused_ = true;
      session_.protocol().keep();
      return false;
    }
    const Step step = session_.next(now_, expects_answers, inbound);
    if (step.kind == Step::Kind::message) {
      deliver(*inbound);
      continue;
    }
    if (step.kind == Step::Kind::need_more) return true;
    if (step.kind == Step::Kind::failed && stage_ == Stage::open) owner_.deliver(*this, *inbound);
    obey(step);
    if (step.kind == Step::Kind::close || step.kind == Step::Kind::failed) return true;
  }
  return false;
}

void Link::deliver(const Inbound& inbound) {
  if (delivers()) {
    owner_.deliver(*this, inbound);
  } else {
    counters_.dropped_on_close.add(1);
  }
}

// What is owed to the peer.
void Link::obey(const Step& step) {
  switch (step.kind) {
    case Step::Kind::pong:
      outbox_.enqueue_owed(ws::Opcode::pong, step.payload);
      break;
    case Step::Kind::text:
      outbox_.enqueue_owed(ws::Opcode::text, step.payload);
      break;
    case Step::Kind::close:
      if (stage_ == Stage::open) {
        begin_closing(step.payload, session_.error());
      } else if (error_->close() == nullptr) {
        error_ = error_->with_close(*session_.error().close());  // the answer to ours
      }
      break;
    case Step::Kind::failed:
      if (stage_ == Stage::open) begin_closing(step.payload, session_.error());
      break;
    case Step::Kind::deadline:
      if (stage_ == Stage::open && !write_error_) session_timer_->arm(session_.deadline());
      break;
    case Step::Kind::message:
    case Step::Kind::need_more:
      break;
  }
}

// ---- time

void Link::on_time() {
  const auto self = shared_from_this();
  read_now();
  const TimePoint now = Clock::now();
  if (stage_ == Stage::open && !write_error_) obey(session_.tick(now, read_until(now)));
  if (stage_ == Stage::open && !write_error_) session_timer_->arm(session_.deadline());
}

std::optional<TimePoint> Link::read_until(TimePoint now) {
  if (paused_) return std::nullopt;
  const std::size_t waiting = behind_ ? session_.protocol().unread() + stream_->unread() : 0;
  return backlog_.read_until(now, handled(), waiting);
}

void Link::obey(Session::Tick tick) {
  if (tick.missed) counters_.heartbeat_failures.add(1);
  publish_heartbeat();
  if (tick.owed || tick.missed) owner_.heartbeat_due(tick.owed.has_value(), tick.missed);
  if (tick.owed) {
    outbox_.enqueue_owed(tick.owed->ping ? ws::Opcode::ping : ws::Opcode::text, as_bytes(tick.owed->payload));
  }
  if (tick.dead) abort(*tick.dead);
  if (tick.late) close(ws::close_code::policy_violation, tick.late->detail(), *tick.late);
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
  heartbeat.active.store(stage_ == Stage::open, std::memory_order_relaxed);
  if (const auto answer = beats->state().last_answer()) {
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(answer->time_since_epoch());
    heartbeat.answered_at.store(since_epoch.count(), std::memory_order_relaxed);
  }
  if (const auto round_trip = beats->fresh_round_trip()) {
    heartbeat.round_trip.store(round_trip->count(), std::memory_order_relaxed);
    owner_.measured(*round_trip);
  }
}

// ---- the end

// RFC 6455 §7.1.1: the server ends the TCP connection; we wait for that, but not for long.
void Link::begin_closing(std::span<const std::byte> close_payload, Error error) {
  stage_ = Stage::closing;
  error_ = std::move(error);
  outbox_.enqueue_close(close_payload);
  publish_heartbeat();
  end_by(Clock::now() + options_.close_timeout);
  owner_.ending(*this, *error_);
  if (!in_batch_) resume();  // the peer's close frame may be behind what there was no room for
}

void Link::end_by(TimePoint deadline) {
  session_timer_->disarm();
  if (!close_timer_) close_timer_ = std::make_unique<net::Timer>(loop_.timers(), [this] { on_close_time(); });
  close_timer_->arm(deadline);
}

void Link::finish(bool reset) {
  if (in_batch_) {
    over_ = true;
    reset_ = reset;
    return;
  }
  if (stage_ == Stage::ended) return;
  stage_ = Stage::ended;
  const std::shared_ptr<void> owner = std::move(kept_owner_);
  close_timer_.reset();
  session_timer_.reset();
  publish_heartbeat();
  outbox_.detach();
  stream_->close(reset);
  owner_.ended(*this, std::move(*error_));
}

// What had come in time is still delivered to the end, however long the owner has no room for it.
void Link::on_close_time() {
  const auto self = shared_from_this();
  if (delivers_to_the_end_) {
    read_now();
    if (stage_ != Stage::closing) return;
    if (paused_) return close_timer_->arm(Clock::now() + options_.close_timeout);
    if (!deliver_until_) deliver_until_ = received_ + stream_->unread();
    if (behind_ && handled() < *deliver_until_) return close_timer_->arm(Clock::now());
  }
  if (!error_) error_ = *write_error_;
  finish(true);
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
  if (stage_ == Stage::ended || std::exchange(write_wait_armed_, true)) return;
  stream_->wait_writable([self = shared_from_this()](const boost::system::error_code& error) {
    self->write_wait_armed_ = false;
    if (!error) self->outbox_.flush();
  });
}

void Link::write_failed(std::error_code error) {
  loop_.post([self = shared_from_this(), error] { self->writing_failed(error); });
}

// The stream takes nothing more. What has come is read and delivered before the connection ends: it may say why.
void Link::writing_failed(std::error_code error) {
  if (stage_ == Stage::ended || write_error_) return;
  write_error_ = abnormal(Error{error, Phase::open});
  if (stage_ == Stage::open) end_by(Clock::now() + options_.close_timeout);
  paused_ ? resume() : read_soon();
}

}  // namespace zenws::link
