// See session.hpp.
#include "client/session.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/contain.hpp"
#include "json/parser.hpp"

namespace zenws::client {

namespace {

using namespace std::chrono_literals;

policy::HeartbeatSettings heartbeat_settings(const Options& options) {
  return {.interval = interval_of(options.heartbeat, options.heartbeat_interval),
          .max_missed = options.max_missed_heartbeats,
          .peer_sends = options.heartbeat.type == HeartbeatType::binance};
}

}  // namespace

Session::Session(const Options& options, TimePoint opened, Beats::OnThrow on_throw)
    : options_{options},
      on_throw_{std::move(on_throw)},
      protocol_{ws::Role::client, {options.max_message_size}},
      heard_{opened} {
  if (options.heartbeat.type != HeartbeatType::disabled) {
    beats_.emplace(options.heartbeat, heartbeat_settings(options), opened, on_throw_);
  }
}

Step Session::next(TimePoint now, bool expects_answers) {
  using Kind = ws::Event::Kind;
  for (;;) {
    if (beats_) owed_text_ = beats_->owed();
    if (owed_text_) return {Step::Kind::text, as_bytes(*owed_text_)};
    const ws::Event event = protocol_.next();
    switch (event.kind) {
      case Kind::text:
        read_text(as_text(event.payload), expects_answers);
        break;
      case Kind::binary:
        inbound_.emplace(BinaryMessage{event.payload});
        break;
      case Kind::need_more:
        return {};
      case Kind::ping:
        if (beats_) beats_->pinged(now);
        return {Step::Kind::pong, event.payload};
      case Kind::pong:
        // Others are allowed (RFC 6455 §5.5.3), or answer ping().
        if (beats_) beats_->ponged(event.payload, now);
        continue;
      case Kind::close:
        return close_step(Step::Kind::close, protocol_.close_reason().code, {});
      case Kind::failed:
        failed_ = true;
        inbound_.emplace(ProtocolError{protocol_.failure()});
        return close_step(Step::Kind::failed, protocol_.failure_close_code(), protocol_.failure().detail());
    }
    if (!beats_ || !beats_->takes(*inbound_, now)) return {Step::Kind::message, event.payload};
  }
}

// RFC 6455 §5.5.1: an endpoint that answers a close frame typically echoes the status code.
Step Session::close_step(Step::Kind kind, std::uint16_t code, std::string_view reason) {
  owed_close_ = ws::ClosePayload{code, reason};
  return {kind, owed_close_.bytes()};
}

void Session::read_text(std::string_view text, bool expects_answers) {
  const bool looks = options_.decode_json || expects_answers || (beats_ && beats_->reads_json());
  const simdjson::dom::element* const value = looks ? json::parse(text) : nullptr;
  if (value == nullptr) return void(inbound_.emplace(TextMessage{text}, nullptr, Reading{}, text));
  const Reading reading = read(*value);
  if (!options_.decode_json) {
    inbound_.emplace(TextMessage{text}, value, reading, text);
  } else if (reading.kind == Reading::Kind::reply) {
    inbound_.emplace(UnmatchedResponse{*value, text}, value, reading, text);
  } else {
    inbound_.emplace(JsonMessage{*value, text}, value, reading, text);
  }
}

Reading Session::read(const simdjson::dom::element& json) const {
  if (!options_.dialect) {
    const auto id = json::reply_id(json);
    return id ? Reading{.kind = Reading::Kind::reply, .id = id} : Reading{};
  }
  Reading reading;
  const auto thrown = text_of_what_it_throws([&] { reading = options_.dialect->read(json); });
  if (thrown) on_throw_(*thrown);
  return reading;
}

Error Session::error() const {
  if (failed_) return protocol_.failure();
  const CloseReason& reason = protocol_.close_reason();
  return Error{errc::disconnected, Phase::open, "the server closed the connection"}.with_close(reason);
}

Session::Tick Session::tick(TimePoint now, bool listening) {
  Tick result;
  if (!listening) heard_ = now;
  if (options_.idle_timeout > 0ms && now - heard_ >= options_.idle_timeout) {
    result.dead = Error{errc::idle_timeout, Phase::open, "no byte came for idle_timeout"};
  } else if (beats_) {
    Beats::Tick beat = beats_->tick(now, listening);
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
  return beats_ ? std::min(idle, beats_->deadline()) : idle;
}

}  // namespace zenws::client
