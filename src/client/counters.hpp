// A client's numbers, published for every thread: relaxed atomics, each written by one thread or under one mutex.
#pragma once

#include <atomic>
#include <cstdint>

#include <zenws/client.hpp>

#include "client/recent_failures.hpp"
#include "link/counters.hpp"
#include "policy/histogram.hpp"

namespace zenws::client {

using link::Counter;

struct Counters {
  std::atomic<State> state{State::connecting};
  // Written on the loop.
  Counter epoch, messages_in, dropped_mailbox, handler_failures, request_timeouts, unmatched_responses;
  Counter subscriptions, confirmed, rejected_subscriptions, restarts;
  Counter reconnects, rotations, rotation_failures, repeated_updates, handover_bytes;
  policy::Histogram request_durations;
  link::Counters link;
  // Written under the requests' mutex.
  Counter pending_requests;
  // Written under the mailbox's mutex.
  Counter mailbox_size, mailbox_bytes;
  // Written by any thread.
  std::atomic<std::uint64_t> dropped_in_limiter{0};
  RecentFailures failures;
};

}  // namespace zenws::client
