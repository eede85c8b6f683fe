#include "client/client_events.hpp"

#include <algorithm>
#include <concepts>
#include <utility>
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

ClientEvents::ClientEvents(telemetry::Subject subject, const std::string& url, const Counters& counters)
    : subject_{std::move(subject)}, url_{url}, counters_{counters} {}

// ---- the connection

void ClientEvents::attempt() {
  subject_.tell(Name::connection_attempt, {{"attempt", number(attempt_)}}, {{"url", url_}});
}

void ClientEvents::upgraded(std::chrono::microseconds took) {
  attempt_ = 0;
  subject_.tell(Name::connection_upgrade, {{"connect_time_ms", milliseconds_of(took)}}, {{"url", url_}});
}

void ClientEvents::closing(const Error& error) {
  if (!telemetry::is_attached(Name::connection_close)) return;
  subject_.tell(Name::connection_close, {{"epoch", number(counters_.epoch.value())}}, {{"reason", to_string(error)}});
}

void ClientEvents::happened(const Lifecycle& event) {
  std::visit([this](const auto& alternative) { happened(alternative); }, event);
}

void ClientEvents::happened(const Connected& event) {
  subject_.tell(Name::connection_open, {{"epoch", number(event.epoch)}}, {{"url", url_}});
}

void ClientEvents::happened(const Disconnected& event) {
  // What the interval of the samples held back.
  if (telemetry::is_attached(Name::message_in)) sample_in(true);
  if (telemetry::is_attached(Name::message_out)) sample_out(true);
  if (!telemetry::is_attached(Name::connection_disconnect)) return;
  subject_.tell(Name::connection_disconnect,
                {{"epoch", number(counters_.epoch.value())}, {"close_code", number(event.close_code)}},
                {{"reason", to_string(event.error)}});
}

void ClientEvents::happened(const Reconnecting& event) {
  attempt_ = event.attempt;
  if (!telemetry::is_attached(Name::connection_reconnect_scheduled)) return;
  subject_.tell(Name::connection_reconnect_scheduled,
                {{"attempt", number(event.attempt)}, {"delay_ms", milliseconds_of(event.delay)}},
                {{"reason", to_string(event.error)}});
}

void ClientEvents::happened(const Restarting& event) {
  attempt_ = 0;
  if (!telemetry::is_attached(Name::connection_restart_scheduled)) return;
  subject_.tell(Name::connection_restart_scheduled,
                {{"restart", number(event.restart)}, {"delay_ms", milliseconds_of(event.delay)}},
                {{"reason", to_string(event.error)}});
}

void ClientEvents::happened(const Stopped& event) {
  if (!telemetry::is_attached(Name::connection_stopped)) return;
  subject_.tell(Name::connection_stopped, {{"epoch", number(counters_.epoch.value())}},
                {{"reason", to_string(event.error)}});
}

void ClientEvents::happened(const Rotated& event) {
  if (!telemetry::is_attached(Name::connection_rotated)) return;
  subject_.tell(Name::connection_rotated, {{"epoch", number(event.epoch)},
                                           {"overlap_ms", milliseconds_of(event.overlap)},
                                           {"repeated", number(event.repeated)}});
}

void ClientEvents::rotation_failed(int failures, std::chrono::milliseconds delay, const Error& error) {
  if (!telemetry::is_attached(Name::connection_rotation_failed)) return;
  subject_.tell(Name::connection_rotation_failed,
                {{"failures", static_cast<double>(failures)}, {"delay_ms", milliseconds_of(delay)}},
                {{"reason", to_string(error)}});
}

// ---- messages

void ClientEvents::sample_in(bool at_once) {
  const auto since = in_.take(Clock::now(), counters_.messages_in.value(), counters_.link.bytes_in.value(), at_once);
  if (since.count == 0) return;
  subject_.tell(Name::message_in, {{"count", number(since.count)}, {"bytes", number(since.bytes)}});
}

void ClientEvents::sample_out(bool at_once) {
  std::unique_lock lock{mutex_};
  const auto since =
      out_.take(Clock::now(), counters_.link.messages_out.value(), counters_.link.bytes_out.value(), at_once);
  lock.unlock();
  if (since.count == 0) return;
  subject_.tell(Name::message_out, {{"count", number(since.count)}, {"bytes", number(since.bytes)}});
}

void ClientEvents::handler_failed(std::string_view callback, std::string_view what) {
  subject_.tell(Name::handler_exception, {{"count", number(counters_.handler_failures.value())}},
                {{"callback", callback}, {"what", what}});
}

void ClientEvents::handler_took(Clock::duration duration) {
  if (duration <= slow) return;
  subject_.tell(Name::handler_slow, {{"duration_ms", milliseconds_of(duration)}});
}

void ClientEvents::queue_level(bool high, std::uint64_t bytes) {
  subject_.tell(high ? Name::send_queue_high : Name::send_queue_low, {{"bytes", number(bytes)}});
}

void ClientEvents::mailbox_full(MailboxOverflow overflow) {
  subject_.tell(
      Name::mailbox_full,
      {{"messages", number(counters_.mailbox_size.value())}, {"bytes", number(counters_.mailbox_bytes.value())}},
      {{"overflow", to_string(overflow)}});
}

// ---- heartbeats and subscriptions

void ClientEvents::heartbeat_sent() { subject_.tell(Name::heartbeat_sent, {{"count", 1}}); }

void ClientEvents::heartbeat_answered(HeartbeatType type, std::chrono::microseconds round_trip) {
  subject_.tell(Name::heartbeat_pong, {{"rtt_ms", milliseconds_of(round_trip)}}, {{"type", to_string(type)}});
}

void ClientEvents::heartbeat_missed() {
  subject_.tell(Name::heartbeat_missed, {{"count", number(counters_.link.heartbeat.missed_in_a_row.value())}});
}

void ClientEvents::subscriptions_desired(const std::vector<std::string>& channels) {
  each(Name::subscription_add, channels);
}

void ClientEvents::subscriptions_dropped(const std::vector<std::string>& channels) {
  each(Name::subscription_remove, channels);
}

void ClientEvents::each(Name name, const std::vector<std::string>& channels) {
  if (!telemetry::is_attached(name)) return;
  for (const std::string& channel : channels) {
    subject_.tell(name, {{"count", 1}}, {{"channel", channel}});
  }
}

void ClientEvents::subscriptions_confirmed(std::size_t count) {
  subject_.tell(Name::subscription_confirmed, {{"count", number(count)}});
}

void ClientEvents::happened(const Restored& event) {
  if (!telemetry::is_attached(Name::subscription_restore)) return;
  subject_.tell(Name::subscription_restore, {{"channel_count", number(event.channels.size())}},
                {{"channels", fmt::format("{}", fmt::join(event.channels, ","))}});
}

void ClientEvents::happened(const SubscriptionRejected& event) {
  if (!telemetry::is_attached(Name::subscription_rejected)) return;
  subject_.tell(Name::subscription_rejected, {{"count", 1}},
                {{"channel", event.channel}, {"reason", to_string(event.error)}});
}

// ---- requests

void ClientEvents::request_tracked(const RequestId& id, std::chrono::milliseconds timeout) {
  if (!telemetry::is_attached(Name::request_track)) return;
  subject_.tell(Name::request_track, {{"count", 1}},
                {{"id", text_of(id)}, {"timeout_ms", std::to_string(timeout.count())}});
}

void ClientEvents::request_resolved(const RequestId& id, std::chrono::microseconds round_trip) {
  if (!telemetry::is_attached(Name::request_resolve)) return;
  subject_.tell(Name::request_resolve, {{"count", 1}, {"round_trip_ms", milliseconds_of(round_trip)}},
                {{"id", text_of(id)}});
}

void ClientEvents::request_timed_out(const RequestId& id) {
  if (!telemetry::is_attached(Name::request_timeout)) return;
  subject_.tell(Name::request_timeout, {{"count", 1}}, {{"id", text_of(id)}});
}

void ClientEvents::request_failed(const RequestId& id, const Error& error) {
  if (!telemetry::is_attached(Name::request_fail_all)) return;
  subject_.tell(Name::request_fail_all, {{"count", 1}}, {{"id", text_of(id)}, {"reason", to_string(error)}});
}

}  // namespace zenws::client
