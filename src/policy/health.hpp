// How healthy a client is, and which of several gets the next message.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"

namespace zenws::policy {

struct Health {
  bool connected = false;
  std::uint64_t pending = 0;                          // requests without their answer
  std::optional<std::chrono::milliseconds> p99 = {};  // empty: no sample
  std::uint64_t failures = 0;                         // that still count
};

// 0–100. Not connected: 0; connected: at least 10.
[[nodiscard]] int score(const Health& health) noexcept;

// Failures that count against a client: each for a minute, and half as many after each success.
class Failures {
 public:
  // More are not told apart: seven successes in a row forgive any number.
  static constexpr std::size_t most = 64;

  void failed(TimePoint now);
  void succeeded();
  [[nodiscard]] std::uint64_t count(TimePoint now) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return times_.empty(); }

 private:
  std::vector<TimePoint> times_;  // oldest first; at most `most`
};

struct Candidate {
  int score = 0;
  bool connected = false;
  bool tried = false;
};

// The connected and untried candidate of the highest score; of several, each in its turn. Nullopt: there is none.
[[nodiscard]] std::optional<std::size_t> choose(std::span<const Candidate> candidates, std::uint64_t turn) noexcept;

}  // namespace zenws::policy
