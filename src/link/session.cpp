#include "link/session.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace zenws::link {

namespace {

using namespace std::chrono_literals;

policy::HeartbeatSettings heartbeat_settings(const Options& options) {
  return {.interval = interval_of(options.heartbeat, options.heartbeat_interval),
          .max_missed = options.max_missed_heartbeats,
          .peer_sends = options.heartbeat.type == HeartbeatType::binance};
}

// No close frame came (RFC 6455 §7.1.5).
Error abnormal(const Error& error) { return error.with_close({ws::close_code::abnormal, {}}); }

}  // namespace

Session::Session(const Options& options, TimePoint opened, HeartbeatWire::OnThrow on_throw, const FrameWatch* watch,
                 std::uint64_t epoch, std::optional<ws::InflateParams> inflate, HeartbeatWire::Draw draw)
    : options_{options},
      watch_{watch},
      epoch_{epoch},
      decoder_{options.decode_json, options.dialect.get(), on_throw},
      protocol_{ws::Role::client, {options.max_message_size}, inflate},
      heard_{opened} {
  if (options.heartbeat.type != HeartbeatType::disabled && options.heartbeat.type != HeartbeatType::off) {
    beats_ = std::make_unique<HeartbeatWire>(options.heartbeat, heartbeat_settings(options), opened,
                                             std::move(on_throw), std::move(draw));
  }
}

void Session::feed(std::span<std::byte> bytes, TimePoint now) {
  heard_ = now;
  fed_ += bytes.size();
  protocol_.feed(bytes);
}

void Session::fed_directly(std::size_t bytes, TimePoint now) {
  heard_ = now;
  fed_ += bytes;
  protocol_.fed_directly(bytes);
}

Step Session::next(TimePoint now, bool expects_answers, std::optional<Inbound>& inbound) {
  using Kind = ws::Event::Kind;
  for (;;) {
    if (beats_ && beats_->owes()) return {Step::Kind::owed, {ws::Opcode::text, as_bytes(beats_->owed())}};
    const ws::Event event = protocol_.next();
    if (watch_ != nullptr) show(event, now);
    if (event.kind == Kind::text) {
      decoder_.read_text(inbound, as_text(event.payload), expects_answers || (beats_ && beats_->reads_json()));
    } else if (event.kind == Kind::binary) {
      Decoder::read_binary(inbound, event.payload);
    } else if (event.kind == Kind::pong) {
      // Others are allowed (RFC 6455 §5.5.3), or answer ping().
      if (beats_) beats_->ponged(event.payload, now);
      continue;
    } else {
      return step_of(event, now, inbound);
    }
    if (beats_ && beats_->takes(*inbound, now)) continue;
    return {delivers() ? Step::Kind::message : Step::Kind::dropped, {}};
  }
}

// Of an event that is neither a message nor a pong.
Step Session::step_of(const ws::Event& event, TimePoint now, std::optional<Inbound>& inbound) {
  switch (event.kind) {
    case ws::Event::Kind::ping:
      if (beats_) beats_->pinged(now);
      return {Step::Kind::owed, {ws::Opcode::pong, event.payload}};
    case ws::Event::Kind::close:
      return peer_closes();
    case ws::Event::Kind::failed:
      return fail(inbound);
    default:
      return wait(now);
  }
}

// All that came was taken.
Step Session::wait(TimePoint now) {
  const std::uint32_t fragmented = protocol_.fragmented();
  if (fragmented == fragmented_) return {};
  fragmented_ = fragmented;
  const bool is_bounded = fragmented != 0 && options_.message_timeout > 0ms;
  whole_by_ = look_at_ = is_bounded ? now + options_.message_timeout : never;
  return {Step::Kind::deadline, {}};
}

// Like silence, slowness proves nothing while bytes lie unread; a peer whose bytes we did not take is not slow.
bool Session::look_whether_late(TimePoint now, std::optional<TimePoint> read_until) {
  if (now < look_at_) return false;
  if (protocol_.fragmented() != fragmented_) {  // it came, and others with it
    look_at_ = never;
    return false;
  }
  const bool nobody_read = std::exchange(nobody_reads_, !read_until);
  if (nobody_read || !read_until) {
    whole_by_ = look_at_ = now + options_.message_timeout;
    return false;
  }
  if (*read_until >= whole_by_) return true;
  look_at_ = now + 100ms;
  return false;
}

// To who watches: what comes in.
void Session::show(const ws::Event& event, TimePoint now) {
  using Kind = ws::Event::Kind;
  using record::Type;
  const auto add = [&](Type type) { watch_->add(now, epoch_, record::Direction::in, type, event.payload); };
  switch (event.kind) {
    case Kind::text:
      return add(Type::text);
    case Kind::binary:
      return add(Type::binary);
    case Kind::ping:
      return add(Type::ping);
    case Kind::pong:
      return add(Type::pong);
    case Kind::close:
      if (!std::exchange(end_shown_, true)) add(Type::close);
      return;
    case Kind::failed:
      if (!std::exchange(end_shown_, true)) watch_->protocol_error(now, epoch_, protocol_.failure());
      return;
    case Kind::need_more:
      break;
  }
}

// ---- time

Session::Tick Session::tick(TimePoint now, const Read& read) {
  if (closing_) return {.over = closing_is_over(now, read)};
  if (send_error_) {
    if (now >= read_by_) closing_.emplace(*send_error_);
    return {.over = closing_.has_value()};
  }
  Tick result;
  if (!read.until || *read.until < now) heard_ = now;  // bytes have come, they only wait
  if (look_whether_late(now, read.until)) {
    look_at_ = never;
    const Error late{errc::timeout, Phase::open, "the fragments of a message took longer than message_timeout"};
    result.owed = begin_closing(ws::close_code::policy_violation, late.detail(), late);
  } else if (options_.idle_timeout > 0ms && now - heard_ >= options_.idle_timeout) {
    result.dead = Error{errc::idle_timeout, Phase::open, "no byte came for idle_timeout"};
  } else if (beats_) {
    HeartbeatWire::Tick beat = beats_->tick(now, read.until);
    result.missed = beat.missed;
    if (beat.owed) {
      beat_ = std::move(beat.owed->payload);
      result.owed = Owed{beat.owed->ping ? ws::Opcode::ping : ws::Opcode::text, as_bytes(beat_)};
    }
    if (beat.dead) {
      result.dead = Error{errc::heartbeat_missed, Phase::open, "max_missed_heartbeats in a row stayed unanswered"};
    }
  }
  return result;
}

TimePoint Session::deadline() const noexcept {
  if (closing_) return closing_->until;
  if (send_error_) return read_by_;
  const TimePoint idle = options_.idle_timeout > 0ms ? heard_ + options_.idle_timeout : never;
  const TimePoint next = std::min(idle, look_at_);
  return beats_ ? std::min(next, beats_->deadline()) : next;
}

// ---- the end

std::optional<Owed> Session::close(std::uint16_t code, std::string_view reason, Error why) {
  if (closing_) return std::nullopt;
  return begin_closing(code, reason, std::move(why));
}

// RFC 6455 §7.1.1: the server ends the TCP connection; we wait for that, but not for long.
Owed Session::begin_closing(std::uint16_t code, std::string_view reason, Error why) {
  closing_.emplace(std::move(why));
  close_frame_ = std::make_unique<ws::ClosePayload>(code, reason);
  return {ws::Opcode::close, close_frame_->bytes()};
}

// RFC 6455 §5.5.1: an endpoint that answers a close frame typically echoes the status code.
Step Session::peer_closes() {
  const CloseReason& reason = protocol_.close_reason();
  if (!closing_) {
    const Error closed{errc::disconnected, Phase::open, "the server closed the connection"};
    return {Step::Kind::closing, begin_closing(reason.code, {}, closed.with_close(reason))};
  }
  if (closing_->why.close() == nullptr) closing_->why = closing_->why.with_close(reason);  // the answer to ours
  return {};
}

Step Session::fail(std::optional<Inbound>& inbound) {
  if (closing_) return {};
  const Error& failure = protocol_.failure();
  Decoder::read_failure(inbound, failure);
  return {Step::Kind::failed, begin_closing(protocol_.failure_close_code(), failure.detail(), failure)};
}

// What had come in time is still delivered to the end, however long nobody has room for it.
bool Session::closing_is_over(TimePoint now, const Read& read) {
  Closing& closing = *closing_;
  if (now < closing.until) return false;
  if (!closing.delivers) return true;
  if (!read.until) {
    closing.until = now + options_.close_timeout;
    return false;
  }
  if (!closing.last) closing.last = handled() + read.waiting;
  if (read.waiting == 0 || handled() >= *closing.last) return true;
  closing.until = now;
  return false;
}

void Session::sending_failed(const std::error_code& error, TimePoint now) {
  if (send_error_) return;
  send_error_ = abnormal(Error{error, Phase::open});
  read_by_ = now + options_.close_timeout;
}

// A failed write is told only when reading has nothing to say: over TLS the peer's alert comes that way.
void Session::stream_ended(const std::error_code& error) {
  if (closing_) return;
  if (send_error_ && error.category() != tls_category()) {
    closing_.emplace(*send_error_);
  } else if (error) {
    closing_.emplace(abnormal(Error{error, Phase::open}));
  } else {
    closing_.emplace(abnormal(Error{errc::disconnected, Phase::open, "the connection ended without a close frame"}));
  }
}

void Session::abort(const Error& why) {
  if (!closing_) closing_.emplace(abnormal(why));
  closing_->delivers = false;
}

void Session::leave(Error why) { closing_.emplace(std::move(why)); }

}  // namespace zenws::link
