// What a rate limiter tells telemetry: noted under its lock, told after it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/telemetry.hpp"

namespace zenws::client {

// Declare it before the lock: its destructor tells what is left.
class LimiterEvents {
 public:
  // Of the limiter with that id.
  explicit LimiterEvents(std::uint64_t limiter) noexcept : limiter_{limiter} {}
  LimiterEvents(const LimiterEvents&) = delete;
  LimiterEvents& operator=(const LimiterEvents&) = delete;
  ~LimiterEvents() { tell(); }

  void consumed(std::uint64_t remaining, std::uint64_t cost) {
    note(telemetry::Name::limiter_consume, {{{"tokens_remaining", number(remaining)}, {"cost", number(cost)}}}, 2);
  }
  void refilled(std::uint64_t before, std::uint64_t after, std::uint64_t rate) {
    note(telemetry::Name::limiter_refill,
         {{{"tokens_before", number(before)}, {"tokens_after", number(after)}, {"refill_rate", number(rate)}}}, 3);
  }
  void queued(std::size_t queue_size, std::uint64_t cost) {
    note(telemetry::Name::limiter_queue, {{{"queue_size", number(queue_size)}, {"cost", number(cost)}}}, 2);
  }
  void queue_was_full(std::size_t queue_size) {
    note(telemetry::Name::limiter_queue_full, {{{"queue_size", number(queue_size)}}}, 1);
  }

  // Requires: no lock is held.
  void tell() noexcept {
    if (noted_.empty()) return;
    const std::string limiter = std::to_string(limiter_);
    const std::array<telemetry::Metadata, 1> metadata{{{"limiter", limiter}}};
    for (const Noted& noted : noted_) {
      telemetry::emit(noted.name, std::span{noted.measurements}.first(noted.size), metadata);
    }
    noted_.clear();
  }

 private:
  using Measurements = std::array<telemetry::Measurement, 3>;
  struct Noted {
    telemetry::Name name;
    Measurements measurements;
    std::size_t size;
  };

  static double number(std::uint64_t value) noexcept { return static_cast<double>(value); }
  void note(telemetry::Name name, const Measurements& measurements, std::size_t size) {
    if (telemetry::is_attached(name)) noted_.push_back({name, measurements, size});
  }

  const std::uint64_t limiter_;
  std::vector<Noted> noted_;
};

}  // namespace zenws::client
