// What a client holds while one connection is replaced by another without a gap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "link/link.hpp"
#include "net/dial.hpp"
#include "policy/handover.hpp"

namespace zenws::client {

// Whose turn it is, Life decides. Threads: the loop's only.
struct Rotation {
  explicit Rotation(std::size_t handover_bytes) : handover{handover_bytes} {}
  // Of a second connection; null: there is none.
  [[nodiscard]] bool is_second(const link::Link& connection) const noexcept { return second.get() == &connection; }

  std::unique_ptr<net::Dial> dial;
  std::shared_ptr<link::Link> second;  // the successor, then the old one
  policy::Handover handover;
  Connected opened{};                 // the successor
  TimePoint both_since{};             // when it opened
  std::uint64_t repeated_before = 0;  // updates left out before this rotation
};

}  // namespace zenws::client
