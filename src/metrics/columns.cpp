#include "metrics/columns.hpp"

#include <chrono>

namespace zenws::metrics {

namespace {

using client::Metrics;
using prometheus::MetricType;
using Read = std::optional<double> (*)(const Metrics&);

template <std::uint64_t StateMetrics::* Number>
std::optional<double> number(const Metrics& client) {
  return static_cast<double>(client.state.*Number);
}

template <State Which>
std::optional<double> is_in(const Metrics& client) {
  return client.state.state == Which ? 1 : 0;
}

std::optional<double> missed_in_a_row(const Metrics& client) {
  return static_cast<double>(client.heartbeat.failure_count);
}

std::optional<double> score(const Metrics& client) { return policy::score(client.health); }

std::optional<double> round_trip(const Metrics& client) {
  if (!client.heartbeat.last_rtt) return std::nullopt;
  return std::chrono::duration<double>{*client.heartbeat.last_rtt}.count();
}

constexpr Column counter(const char* name, const char* help, Read read) {
  return {.name = name, .help = help, .type = MetricType::Counter, .read = read};
}

constexpr Column gauge(const char* name, const char* help, Read read, Together together = Together::sum) {
  return {.name = name, .help = help, .type = MetricType::Gauge, .read = read, .together = together};
}

constexpr Column in_state(const char* state, Read read) {
  Column column = gauge("zenws_client_state", "Whether the client is in that state, or how many clients are.", read);
  column.label = "state";
  column.label_value = state;
  return column;
}

constexpr Column dropped(const char* reason, Read read) {
  Column column = counter("zenws_client_dropped_messages_total",
                          "Messages dropped: not written when the connection ended, the mailbox full, arrived after "
                          "close(), or never given tokens.",
                          read);
  column.label = "reason";
  column.label_value = reason;
  return column;
}

using M = StateMetrics;

constexpr Column table[] = {
    in_state("connecting", is_in<State::connecting>),
    in_state("connected", is_in<State::connected>),
    in_state("reconnecting", is_in<State::reconnecting>),
    in_state("disconnected", is_in<State::disconnected>),
    gauge("zenws_client_epoch", "Connections so far.", number<&M::epoch>),
    counter("zenws_client_reconnects_total", "Connections after the first.", number<&M::reconnects>),
    counter("zenws_client_rotations_total", "Connections replaced without a gap.", number<&M::rotations>),
    counter("zenws_client_rotation_failures_total", "Attempts to replace a connection that failed.",
            number<&M::rotation_failures>),
    counter("zenws_client_repeated_updates_total", "Updates that both connections of a rotation brought.",
            number<&M::repeated_updates>),
    counter("zenws_client_restarts_total", "Restarts by the client's supervisor.", number<&M::restarts>),
    counter("zenws_client_messages_received_total", "Data messages received, heartbeats apart.",
            number<&M::messages_in>),
    counter("zenws_client_messages_sent_total", "Data messages accepted for sending.", number<&M::messages_out>),
    counter("zenws_client_bytes_received_total", "Bytes read from the stream, after TLS.", number<&M::bytes_in>),
    counter("zenws_client_bytes_sent_total", "Bytes taken by the kernel or TLS.", number<&M::bytes_out>),
    counter("zenws_client_compressed_bytes_received_total", "Bytes of messages that came compressed, as they came.",
            number<&M::compressed_bytes_in>),
    counter("zenws_client_uncompressed_bytes_received_total", "The same, inflated.", number<&M::uncompressed_bytes_in>),
    counter("zenws_client_compressed_bytes_sent_total",
            "Bytes of messages that were compressed for sending, as they go.", number<&M::compressed_bytes_out>),
    counter("zenws_client_uncompressed_bytes_sent_total", "The same, before.", number<&M::uncompressed_bytes_out>),
    gauge("zenws_client_send_queue_bytes", "Bytes not yet taken by the kernel or TLS.", number<&M::send_queue_bytes>),
    gauge("zenws_client_mailbox_messages", "Messages waiting for receive().", number<&M::mailbox_size>),
    gauge("zenws_client_mailbox_bytes", "Bytes of messages waiting for receive().", number<&M::mailbox_bytes>),
    gauge("zenws_client_handover_bytes", "Bytes that a rotation holds back.", number<&M::handover_bytes>),
    gauge("zenws_client_pending_requests", "Requests without their answer.", number<&M::pending_requests_size>),
    gauge("zenws_client_subscriptions", "Channels desired.", number<&M::subscriptions_size>),
    gauge("zenws_client_confirmed_subscriptions", "Channels that the server confirmed on this connection.",
          number<&M::confirmed_size>),
    dropped("disconnect", number<&M::dropped_on_disconnect>),
    dropped("mailbox", number<&M::dropped_mailbox>),
    dropped("close", number<&M::dropped_on_close>),
    dropped("limiter", number<&M::dropped_in_limiter>),
    counter("zenws_client_handler_failures_total", "Exceptions out of the handler or a callback.",
            number<&M::handler_failures>),
    counter("zenws_client_heartbeat_failures_total", "Heartbeats missed.", number<&M::heartbeat_failures>),
    counter("zenws_client_request_timeouts_total", "Requests that ended with errc::timeout.",
            number<&M::request_timeouts>),
    counter("zenws_client_unmatched_responses_total", "Answers that no request waited for.",
            number<&M::unmatched_responses>),
    counter("zenws_client_rejected_subscriptions_total", "Channels refused for good.",
            number<&M::rejected_subscriptions>),
    gauge("zenws_client_recorder_queue_bytes", "Bytes that the recording's writer has not written yet.",
          number<&M::recorder_queue_bytes>),
    counter("zenws_client_recorder_written_total", "Lines written to recordings.", number<&M::recorder_written>),
    counter("zenws_client_recorder_dropped_total", "Entries that could not be recorded.", number<&M::recorder_dropped>),
    counter("zenws_client_recorder_errors_total", "Failures of the disk that is recorded to.",
            number<&M::recorder_errors>),
    gauge("zenws_client_memory_bytes", "Bytes that the client holds, estimated.", number<&M::state_memory>),
    gauge("zenws_client_heartbeat_rtt_seconds",
          "Round trip of the last heartbeat that measured it; of all, the slowest.", round_trip, Together::largest),
    gauge("zenws_client_heartbeats_missed_in_a_row", "Heartbeats missed in a row on this connection; of all, the most.",
          missed_in_a_row, Together::largest),
    gauge("zenws_client_health_score", "Health from 0 to 100, 0 when not connected; of all, the mean.", score,
          Together::mean),
    gauge("zenws_client_recent_failures", "Failures that count against the health.", number<&M::recent_failures>),
};

}  // namespace

std::span<const Column> columns() noexcept { return table; }

}  // namespace zenws::metrics
