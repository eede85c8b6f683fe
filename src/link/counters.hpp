// What the connections of one client count, published for every thread: relaxed atomics, each written by one thread or
// under one lock.
#pragma once

#include <atomic>
#include <cstdint>

namespace zenws::link {

class Counter {
 public:
  // One writer at a time: a plain store is enough, and cheaper than a locked add.
  void add(std::uint64_t count) noexcept { value_.store(value() + count, std::memory_order_relaxed); }
  void subtract(std::uint64_t count) noexcept { value_.store(value() - count, std::memory_order_relaxed); }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Of the present connection. Written on the loop.
struct HeartbeatCounters {
  static constexpr std::int64_t none = -1;
  std::atomic<std::int64_t> answered_at{none};  // milliseconds on the steady clock
  std::atomic<std::int64_t> round_trip{none};   // microseconds
  std::atomic<bool> active{false};
  Counter missed_in_a_row, unanswered;
};

// Of all of them, over the client's life.
struct Counters {
  // Written on the loop.
  Counter bytes_in, dropped_on_close, dropped_on_disconnect, heartbeat_failures;
  Counter compressed_in, uncompressed_in;  // of messages that came compressed
  HeartbeatCounters heartbeat;
  // Written under the door's lock.
  Counter messages_out, bytes_out, send_queue_bytes;
  Counter compressed_out, uncompressed_out;  // of messages that went compressed
};

}  // namespace zenws::link
