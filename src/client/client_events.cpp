// See client_events.hpp.
#include "client/client_events.hpp"

#include <algorithm>
#include <concepts>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace zenws::client {

namespace {

using namespace std::chrono_literals;
using telemetry::Name;

constexpr auto sample_interval = 1s;
constexpr auto slow = 100ms;

template <class Rep, class Period>
double milliseconds_of(std::chrono::duration<Rep, Period> duration) noexcept {
  return std::chrono::duration<double, std::milli>(duration).count();
}

template <std::integral T>
double number(T value) noexcept {
  return static_cast<double>(value);
}

std::string text_of(const RequestId& id) {
  const auto* const integer = std::get_if<std::int64_t>(&id);
  return integer != nullptr ? std::to_string(*integer) : std::get<std::string>(id);
}

}  // namespace

Sampled::Sample Sampled::take(TimePoint now, std::uint64_t count, std::uint64_t bytes, bool at_once) {
  if ((now < next_ && !at_once) || count <= last_.count) return {};
  const Sample since{count - last_.count, std::max(bytes, last_.bytes) - last_.bytes};
  last_ = {count, std::max(bytes, last_.bytes)};
  next_ = now + sample_interval;
  return since;
}

ClientEvents::ClientEvents(std::uint64_t id, const std::string& url, const Numbers& numbers)
    : id_{std::to_string(id)}, url_{url}, numbers_{numbers} {}

// ---- the connection

void ClientEvents::attempt() {
  telemetry::emit(Name::connection_attempt, {{"attempt", number(attempt_)}}, {{"client", id_}, {"url", url_}});
}

void ClientEvents::upgraded(std::chrono::microseconds took) {
  attempt_ = 0;
  telemetry::emit(Name::connection_upgrade, {{"connect_time_ms", milliseconds_of(took)}},
                  {{"client", id_}, {"url", url_}});
}

void ClientEvents::closing(const Error& error) {
  if (!telemetry::wanted(Name::connection_close)) return;
  telemetry::emit(Name::connection_close, {{"epoch", number(numbers_.epoch.value())}},
                  {{"client", id_}, {"reason", to_string(error)}});
}

void ClientEvents::happened(const Lifecycle& event) {
  std::visit([this](const auto& alternative) { happened(alternative); }, event);
}

void ClientEvents::happened(const Connected& event) {
  telemetry::emit(Name::connection_open, {{"epoch", number(event.epoch)}}, {{"client", id_}, {"url", url_}});
}

void ClientEvents::happened(const Disconnected& event) {
  // What the interval of the samples held back.
  if (telemetry::wanted(Name::message_in)) sample_in(true);
  if (telemetry::wanted(Name::message_out)) sample_out(true);
  if (!telemetry::wanted(Name::connection_disconnect)) return;
  telemetry::emit(Name::connection_disconnect,
                  {{"epoch", number(numbers_.epoch.value())}, {"close_code", number(event.close_code)}},
                  {{"client", id_}, {"reason", to_string(event.error)}});
}

void ClientEvents::happened(const Reconnecting& event) {
  attempt_ = event.attempt;
  if (!telemetry::wanted(Name::connection_reconnect_scheduled)) return;
  telemetry::emit(Name::connection_reconnect_scheduled,
                  {{"attempt", number(event.attempt)}, {"delay_ms", milliseconds_of(event.delay)}},
                  {{"client", id_}, {"reason", to_string(event.error)}});
}

void ClientEvents::happened(const Restarting& event) {
  attempt_ = 0;
  if (!telemetry::wanted(Name::connection_restart_scheduled)) return;
  telemetry::emit(Name::connection_restart_scheduled,
                  {{"restart", number(event.restart)}, {"delay_ms", milliseconds_of(event.delay)}},
                  {{"client", id_}, {"reason", to_string(event.error)}});
}

void ClientEvents::happened(const Stopped& event) {
  if (!telemetry::wanted(Name::connection_stopped)) return;
  telemetry::emit(Name::connection_stopped, {{"epoch", number(numbers_.epoch.value())}},
                  {{"client", id_}, {"reason", to_string(event.error)}});
}

void ClientEvents::happened(const Rotated& event) {
  if (!telemetry::wanted(Name::connection_rotated)) return;
  telemetry::emit(Name::connection_rotated,
                  {{"epoch", number(event.epoch)},
                   {"overlap_ms", milliseconds_of(event.overlap)},
                   {"repeated", number(event.repeated)}},
                  {{"client", id_}});
}

void ClientEvents::rotation_failed(int failures, std::chrono::milliseconds delay, const Error& error) {
  if (!telemetry::wanted(Name::connection_rotation_failed)) return;
  telemetry::emit(Name::connection_rotation_failed,
                  {{"failures", static_cast<double>(failures)}, {"delay_ms", milliseconds_of(delay)}},
                  {{"client", id_}, {"reason", to_string(error)}});
}

// ---- messages

void ClientEvents::sample_in(bool at_once) {
  const auto since = in_.take(Clock::now(), numbers_.messages_in.value(), numbers_.link.bytes_in.value(), at_once);
  if (since.count == 0) return;
  telemetry::emit(Name::message_in, {{"count", number(since.count)}, {"bytes", number(since.bytes)}},
                  {{"client", id_}});
}

void ClientEvents::sample_out(bool at_once) {
  std::unique_lock lock{mutex_};
  const auto since =
      out_.take(Clock::now(), numbers_.link.messages_out.value(), numbers_.link.bytes_out.value(), at_once);
  lock.unlock();
  if (since.count == 0) return;
  telemetry::emit(Name::message_out, {{"count", number(since.count)}, {"bytes", number(since.bytes)}},
                  {{"client", id_}});
}

void ClientEvents::handler_failed(std::string_view callback, std::string_view what) {
  telemetry::emit(Name::handler_exception, {{"count", number(numbers_.handler_failures.value())}},
                  {{"client", id_}, {"callback", callback}, {"what", what}});
}

void ClientEvents::handler_took(Clock::duration duration) {
  if (duration <= slow) return;
  telemetry::emit(Name::handler_slow, {{"duration_ms", milliseconds_of(duration)}}, {{"client", id_}});
}

void ClientEvents::queue_level(bool high, std::uint64_t bytes) {
  telemetry::emit(high ? Name::send_queue_high : Name::send_queue_low, {{"bytes", number(bytes)}}, {{"client", id_}});
}

void ClientEvents::mailbox_full(MailboxOverflow overflow) {
  telemetry::emit(
      Name::mailbox_full,
      {{"messages", number(numbers_.mailbox_size.value())}, {"bytes", number(numbers_.mailbox_bytes.value())}},
      {{"client", id_}, {"overflow", to_string(overflow)}});
}

// ---- heartbeats and subscriptions

void ClientEvents::heartbeat_sent() { telemetry::emit(Name::heartbeat_sent, {{"count", 1}}, {{"client", id_}}); }

void ClientEvents::heartbeat_answered(HeartbeatType type, std::chrono::microseconds round_trip) {
  telemetry::emit(Name::heartbeat_pong, {{"rtt_ms", milliseconds_of(round_trip)}},
                  {{"client", id_}, {"type", to_string(type)}});
}

void ClientEvents::heartbeat_missed() {
  telemetry::emit(Name::heartbeat_missed, {{"count", number(numbers_.link.heartbeat.missed_in_a_row.value())}},
                  {{"client", id_}});
}

void ClientEvents::subscriptions_wanted(const std::vector<std::string>& channels) {
  each(Name::subscription_add, channels);
}

void ClientEvents::subscriptions_dropped(const std::vector<std::string>& channels) {
  each(Name::subscription_remove, channels);
}

void ClientEvents::each(Name name, const std::vector<std::string>& channels) {
  if (!telemetry::wanted(name)) return;
  for (const std::string& channel : channels) {
    telemetry::emit(name, {{"count", 1}}, {{"client", id_}, {"channel", channel}});
  }
}

void ClientEvents::subscriptions_confirmed(std::size_t count) {
  telemetry::emit(Name::subscription_confirmed, {{"count", number(count)}}, {{"client", id_}});
}

void ClientEvents::happened(const Restored& event) {
  if (!telemetry::wanted(Name::subscription_restore)) return;
  telemetry::emit(Name::subscription_restore, {{"channel_count", number(event.channels.size())}},
                  {{"client", id_}, {"channels", fmt::format("{}", fmt::join(event.channels, ","))}});
}

void ClientEvents::happened(const SubscriptionRejected& event) {
  if (!telemetry::wanted(Name::subscription_rejected)) return;
  telemetry::emit(Name::subscription_rejected, {{"count", 1}},
                  {{"client", id_}, {"channel", event.channel}, {"reason", to_string(event.error)}});
}

// ---- requests

void ClientEvents::request_tracked(const RequestId& id, std::chrono::milliseconds timeout) {
  if (!telemetry::wanted(Name::request_track)) return;
  telemetry::emit(Name::request_track, {{"count", 1}},
                  {{"client", id_}, {"id", text_of(id)}, {"timeout_ms", std::to_string(timeout.count())}});
}

void ClientEvents::request_resolved(const RequestId& id, std::chrono::microseconds round_trip) {
  if (!telemetry::wanted(Name::request_resolve)) return;
  telemetry::emit(Name::request_resolve, {{"count", 1}, {"round_trip_ms", milliseconds_of(round_trip)}},
                  {{"client", id_}, {"id", text_of(id)}});
}

void ClientEvents::request_timed_out(const RequestId& id) {
  if (!telemetry::wanted(Name::request_timeout)) return;
  telemetry::emit(Name::request_timeout, {{"count", 1}}, {{"client", id_}, {"id", text_of(id)}});
}

void ClientEvents::request_failed(const RequestId& id, const Error& error) {
  if (!telemetry::wanted(Name::request_fail_all)) return;
  telemetry::emit(Name::request_fail_all, {{"count", 1}},
                  {{"client", id_}, {"id", text_of(id)}, {"reason", to_string(error)}});
}

}  // namespace zenws::client
