#include "client/state_metrics.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "client/engine.hpp"
#include "link/heartbeat_wire.hpp"
#include "link/link.hpp"

namespace zenws::client {

namespace {

using std::chrono::microseconds;

std::optional<std::int64_t> count_of(std::optional<microseconds> duration) {
  return duration ? std::optional{duration->count()} : std::nullopt;
}

std::optional<std::int64_t> rounded_to_milliseconds(std::optional<microseconds> duration) {
  return duration ? std::optional{std::chrono::round<std::chrono::milliseconds>(*duration).count()} : std::nullopt;
}

std::optional<std::int64_t> known(const std::atomic<std::int64_t>& number) noexcept {
  const std::int64_t value = number.load(std::memory_order_relaxed);
  return value == link::HeartbeatCounters::none ? std::nullopt : std::optional{value};
}

// What one of each costs beside its payload: nodes of maps, names of channels, completions.
constexpr std::uint64_t cost_of_request = 256;
constexpr std::uint64_t cost_of_subscription = 256;

std::uint64_t memory_of(const Counters& counters, const Options& options) noexcept {
  const bool is_open = counters.state.load(std::memory_order_relaxed) == State::connected;
  return sizeof(Engine) + (is_open ? sizeof(link::Link) : 0) +
         static_cast<std::uint64_t>(options.latency_buffer_size) * sizeof(std::int64_t) +
         counters.link.send_queue_bytes.value() + counters.handover_bytes.value() + counters.mailbox_bytes.value() +
         counters.mailbox_size.value() * sizeof(OwnedMessage) + counters.pending_requests.value() * cost_of_request +
         counters.subscriptions.value() * cost_of_subscription;
}

}  // namespace

StateMetrics state_metrics_of(const Counters& counters, const Options& options,
                              const record::Recording* recording) noexcept {
  StateMetrics metrics{.state = counters.state.load(std::memory_order_acquire),
                       .epoch = counters.epoch.value(),
                       .reconnects = counters.reconnects.value(),
                       .restarts = counters.restarts.value(),
                       .rotations = counters.rotations.value(),
                       .rotation_failures = counters.rotation_failures.value(),
                       .repeated_updates = counters.repeated_updates.value(),
                       .subscriptions_size = counters.subscriptions.value(),
                       .confirmed_size = counters.confirmed.value(),
                       .pending_requests_size = counters.pending_requests.value(),
                       .state_memory = memory_of(counters, options),
                       .messages_in = counters.messages_in.value(),
                       .messages_out = counters.link.messages_out.value(),
                       .bytes_in = counters.link.bytes_in.value(),
                       .bytes_out = counters.link.bytes_out.value(),
                       .compressed_bytes_in = counters.link.compressed_in.value(),
                       .uncompressed_bytes_in = counters.link.uncompressed_in.value(),
                       .compressed_bytes_out = counters.link.compressed_out.value(),
                       .uncompressed_bytes_out = counters.link.uncompressed_out.value(),
                       .send_queue_bytes = counters.link.send_queue_bytes.value(),
                       .mailbox_size = counters.mailbox_size.value(),
                       .mailbox_bytes = counters.mailbox_bytes.value(),
                       .handover_bytes = counters.handover_bytes.value(),
                       .dropped_on_disconnect = counters.link.dropped_on_disconnect.value(),
                       .dropped_mailbox = counters.dropped_mailbox.value(),
                       .dropped_on_close = counters.link.dropped_on_close.value(),
                       .dropped_in_limiter = counters.dropped_in_limiter.load(std::memory_order_relaxed),
                       .handler_failures = counters.handler_failures.value(),
                       .heartbeat_failures = counters.link.heartbeat_failures.value(),
                       .request_timeouts = counters.request_timeouts.value(),
                       .unmatched_responses = counters.unmatched_responses.value(),
                       .rejected_subscriptions = counters.rejected_subscriptions.value(),
                       .recent_failures = counters.failures.count(Clock::now())};
  if (recording == nullptr) return metrics;
  const record::RecordingFile& file = recording->file();
  metrics.recorder_written = file.written();
  metrics.recorder_dropped = file.dropped();
  metrics.recorder_errors = file.errors();
  metrics.recorder_queue_bytes = file.waiting_bytes();
  metrics.state_memory += sizeof(record::RecordingFile) + metrics.recorder_queue_bytes;
  return metrics;
}

policy::Health health_of(const Counters& counters, const policy::Latency& latency) {
  return {.connected = counters.state.load(std::memory_order_acquire) == State::connected,
          .pending = counters.pending_requests.value(),
          .p99 = latency.p99(),
          .failures = counters.failures.count(Clock::now())};
}

LatencyStats stats_of(const policy::Latency& latency) {
  std::vector<microseconds> samples = latency.samples();
  const auto last = samples.empty() ? std::nullopt : std::optional{samples.back()};
  std::ranges::sort(samples);
  const auto p50 = policy::percentile(samples, 50);
  const auto p99 = policy::percentile(samples, 99);
  return {.p50 = rounded_to_milliseconds(p50),
          .p99 = rounded_to_milliseconds(p99),
          .last = rounded_to_milliseconds(last),
          .count = samples.size(),
          .p50_us = count_of(p50),
          .p99_us = count_of(p99),
          .last_us = count_of(last)};
}

HeartbeatHealth heartbeat_health_of(const Counters& counters, const Options& options) noexcept {
  const link::HeartbeatCounters& heartbeat = counters.link.heartbeat;
  HeartbeatHealth health{.failure_count = heartbeat.missed_in_a_row.value(),
                         .type = options.heartbeat.type,
                         .interval = link::interval_of(options.heartbeat, options.heartbeat_interval),
                         .timer_active = heartbeat.active.load(std::memory_order_relaxed),
                         .active_heartbeats = heartbeat.unanswered.value()};
  if (const auto at = known(heartbeat.answered_at)) health.last_heartbeat_at = std::chrono::milliseconds{*at};
  if (const auto took = known(heartbeat.round_trip)) health.last_rtt = microseconds{*took};
  return health;
}

}  // namespace zenws::client
