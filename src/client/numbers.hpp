// A client's numbers, published for every thread: relaxed atomics, each written by one thread or under one mutex.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include <zenws/client.hpp>

#include "client/recent_failures.hpp"
#include "policy/histogram.hpp"

namespace zenws::client {

class Counter {
 public:
  // One writer at a time: a plain store is enough, and cheaper than a locked add.
  void add(std::uint64_t count) noexcept { value_.store(value() + count, std::memory_order_relaxed); }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// For who needs a client to be connected.
[[nodiscard]] inline Error not_connected(State state) {
  return Error{errc::not_connected, Phase::open, "the client is " + std::string{to_string(state)}};
}

// Of the present connection. Written on the loop.
struct HeartbeatNumbers {
  static constexpr std::int64_t none = -1;
  std::atomic<std::int64_t> answered_at{none};  // milliseconds on the steady clock
  std::atomic<std::int64_t> round_trip{none};   // microseconds
  std::atomic<bool> active{false};
  Counter missed_in_a_row, unanswered;
};

// Of one outbox, written under its mutex.
struct OutNumbers {
  Counter messages, bytes, queue_bytes;
};

struct Numbers {
  std::atomic<State> state{State::connecting};
  // Written on the loop.
  Counter epoch, messages_in, bytes_in, dropped_on_disconnect, dropped_mailbox, dropped_on_close, handler_failures;
  Counter request_timeouts, unmatched_responses, heartbeat_failures;
  Counter subscriptions, confirmed, rejected_subscriptions, restarts;
  Counter reconnects, rotations, rotation_failures, repeated_updates, handover_bytes;
  HeartbeatNumbers heartbeat;
  policy::Histogram request_durations;
  // Of the two outboxes.
  std::array<OutNumbers, 2> out;
  // Written under the requests' mutex.
  Counter pending_requests;
  // Written under the mailbox's mutex.
  Counter mailbox_size, mailbox_bytes;
  // Written by any thread.
  std::atomic<std::uint64_t> dropped_in_limiter{0};
  RecentFailures failures;

  [[nodiscard]] std::uint64_t messages_out() const noexcept {
    return out[0].messages.value() + out[1].messages.value();
  }
  [[nodiscard]] std::uint64_t bytes_out() const noexcept { return out[0].bytes.value() + out[1].bytes.value(); }
  [[nodiscard]] std::uint64_t send_queue_bytes() const noexcept {
    return out[0].queue_bytes.value() + out[1].queue_bytes.value();
  }
};

}  // namespace zenws::client
