// Telling what happens: one relaxed load when nobody listens.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <span>

#include <zenws/telemetry.hpp>

namespace zenws::telemetry {

// In the order of events().
enum class Name : std::uint8_t {
  connection_attempt,
  connection_upgrade,
  connection_open,
  connection_close,
  connection_disconnect,
  connection_reconnect_scheduled,
  connection_restart_scheduled,
  connection_stopped,
  connection_rotated,
  connection_rotation_failed,
  message_in,
  message_out,
  handler_exception,
  handler_slow,
  send_queue_high,
  send_queue_low,
  mailbox_full,
  heartbeat_sent,
  heartbeat_pong,
  heartbeat_missed,
  subscription_add,
  subscription_remove,
  subscription_restore,
  subscription_confirmed,
  subscription_rejected,
  request_track,
  request_resolve,
  request_timeout,
  request_fail_all,
  limiter_consume,
  limiter_refill,
  limiter_queue,
  limiter_queue_full,
  limiter_pressure,
  pool_route,
  pool_health,
  pool_failover,
  recorder_flush,
  recorder_error,
};

// A bit for each event somebody is attached to.
inline constinit std::atomic<std::uint64_t> wanted_events{0};

[[nodiscard]] constexpr std::uint64_t bit_of(Name name) noexcept {
  return std::uint64_t{1} << static_cast<unsigned>(name);
}

// Ask before measuring anything. Threads: any.
[[nodiscard]] inline bool is_attached(Name name) noexcept {
  return (wanted_events.load(std::memory_order_relaxed) & bit_of(name)) != 0;
}

// Calls who is attached. Requires: no lock is held. Threads: any.
void emit(Name name, std::span<const Measurement> measurements, std::span<const Metadata> metadata) noexcept;
inline void emit(Name name, std::initializer_list<Measurement> measurements,
                 std::initializer_list<Metadata> metadata = {}) noexcept {
  emit(name, std::span{measurements.begin(), measurements.size()}, std::span{metadata.begin(), metadata.size()});
}

}  // namespace zenws::telemetry
