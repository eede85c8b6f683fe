// What one client tells telemetry: every event's numbers and texts, put together only when somebody listens.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/options.hpp>
#include <zenws/request.hpp>

#include "base/clock.hpp"
#include "base/short_lock.hpp"
#include "client/counters.hpp"
#include "telemetry/subject.hpp"

namespace zenws::client {

// Counts since the last sample, at most one a second.
class Sampled {
 public:
  struct Sample {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
  };
  // The numbers until now are `count` and `bytes`. Empty: it is not time yet, or there is nothing new. `at_once`: what
  // there is, whenever the last was.
  [[nodiscard]] Sample take(TimePoint now, std::uint64_t count, std::uint64_t bytes, bool at_once);

 private:
  Sample last_;
  TimePoint next_ = TimePoint::min();
};

class ClientEvents {
 public:
  // `url`: of the last attempt, redacted; whoever dials keeps it right.
  ClientEvents(telemetry::Subject subject, const std::string& url, const Counters& counters);

  [[nodiscard]] const telemetry::Subject& subject() const noexcept { return subject_; }

  // The loop's thread.
  void attempt();
  void upgraded(std::chrono::microseconds took);
  void closing(const Error& error);
  void happened(const Lifecycle& event);
  void rotation_failed(int failures, std::chrono::milliseconds delay, const Error& error);
  void handler_failed(std::string_view callback, std::string_view what);
  void handler_took(Clock::duration duration);
  void queue_level(bool high, std::uint64_t bytes);
  void mailbox_full(MailboxOverflow overflow);
  void heartbeat_sent();
  void heartbeat_answered(HeartbeatType type, std::chrono::microseconds round_trip);
  void heartbeat_missed();
  void subscriptions_desired(const std::vector<std::string>& channels);
  void subscriptions_dropped(const std::vector<std::string>& channels);
  void subscriptions_confirmed(std::size_t count);

  // Any thread. Call after each message.
  void message_in() {
    if (telemetry::is_attached(telemetry::Name::message_in)) sample_in(false);
  }
  void message_out() {
    if (telemetry::is_attached(telemetry::Name::message_out)) sample_out(false);
  }
  void request_tracked(const RequestId& id, std::chrono::milliseconds timeout);
  void request_resolved(const RequestId& id, std::chrono::microseconds round_trip);
  void request_timed_out(const RequestId& id);
  void request_failed(const RequestId& id, const Error& error);

 private:
  void sample_in(bool at_once);
  void sample_out(bool at_once);
  void happened(const Connected& event);
  void happened(const Disconnected& event);
  void happened(const Reconnecting& event);
  void happened(const Restarting& event);
  void happened(const Stopped& event);
  void happened(const Rotated& event);
  void each(telemetry::Name name, const std::vector<std::string>& channels);
  void happened(const Degraded&) {}
  void happened(const Restored& event);
  void happened(const SubscriptionRejected& event);

  const telemetry::Subject subject_;
  const std::string& url_;
  const Counters& counters_;
  int attempt_ = 0;
  Sampled in_;
  ShortLock mutex_;
  Sampled out_;  // guarded
};

}  // namespace zenws::client
