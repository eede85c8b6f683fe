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

}  // namespace

Session::Session(const Options& options, TimePoint opened, HeartbeatWire::OnThrow on_throw, const FrameWatch* watch,
                 std::uint64_t epoch, HeartbeatWire::Draw draw)
    : options_{options},
      watch_{watch},
      epoch_{epoch},
      decoder_{options.decode_json, options.dialect.get(), on_throw},
      protocol_{ws::Role::client, {options.max_message_size}},
      heard_{opened} {
  if (options.heartbeat.type != HeartbeatType::disabled && options.heartbeat.type != HeartbeatType::off) {
    beats_ = std::make_unique<HeartbeatWire>(options.heartbeat, heartbeat_settings(options), opened,
                                             std::move(on_throw), std::move(draw));
  }
}

Step Session::next(TimePoint now, bool expects_answers, std::optional<Inbound>& inbound) {
  using Kind = ws::Event::Kind;
  for (;;) {
    if (beats_ && beats_->owes()) return {Step::Kind::text, as_bytes(beats_->owed())};
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
    if (!beats_ || !beats_->takes(*inbound, now)) return {Step::Kind::message, {}};
  }
}

// Of an event that is neither a message nor a pong.
Step Session::step_of(const ws::Event& event, TimePoint now, std::optional<Inbound>& inbound) {
  switch (event.kind) {
    case ws::Event::Kind::ping:
      if (beats_) beats_->pinged(now);
      return {Step::Kind::pong, event.payload};
    case ws::Event::Kind::close:
      return close_step(Step::Kind::close, protocol_.close_reason().code, {});
    case ws::Event::Kind::failed:
      failed_ = true;
      Decoder::read_failure(inbound, protocol_.failure());
      return close_step(Step::Kind::failed, protocol_.failure_close_code(), protocol_.failure().detail());
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
bool Session::is_late(TimePoint now, std::optional<TimePoint> read_until) {
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

// RFC 6455 §5.5.1: an endpoint that answers a close frame typically echoes the status code.
Step Session::close_step(Step::Kind kind, std::uint16_t code, std::string_view reason) {
  owed_close_ = std::make_unique<ws::ClosePayload>(code, reason);
  return {kind, owed_close_->bytes()};
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

Error Session::error() const {
  if (failed_) return protocol_.failure();
  const CloseReason& reason = protocol_.close_reason();
  return Error{errc::disconnected, Phase::open, "the server closed the connection"}.with_close(reason);
}

Session::Tick Session::tick(TimePoint now, std::optional<TimePoint> read_until) {
  Tick result;
  if (!read_until || *read_until < now) heard_ = now;  // bytes have come, they only wait
  if (is_late(now, read_until)) {
    look_at_ = never;
    result.late = Error{errc::timeout, Phase::open, "the fragments of a message took longer than message_timeout"};
  } else if (options_.idle_timeout > 0ms && now - heard_ >= options_.idle_timeout) {
    result.dead = Error{errc::idle_timeout, Phase::open, "no byte came for idle_timeout"};
  } else if (beats_) {
    HeartbeatWire::Tick beat = beats_->tick(now, read_until);
    result.missed = beat.missed;
    result.owed = std::move(beat.owed);
    if (beat.dead) {
      result.dead = Error{errc::heartbeat_missed, Phase::open, "max_missed_heartbeats in a row stayed unanswered"};
    }
  }
  return result;
}

TimePoint Session::deadline() const noexcept {
  const TimePoint idle = options_.idle_timeout > 0ms ? heard_ + options_.idle_timeout : never;
  const TimePoint next = std::min(idle, look_at_);
  return beats_ ? std::min(next, beats_->deadline()) : next;
}

}  // namespace zenws::link
