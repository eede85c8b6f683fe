// Up to when everything that came was read, on a connection that is read more slowly than bytes come.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace zenws::policy {

// Silence proves nothing while an answer may lie unread. Threads: one.
class Backlog {
 public:
  // `handled`: bytes that were looked into so far; `waiting`: bytes that have come and were not. The result: everything
  // that had come by then was looked into; TimePoint::min() while nothing is known.
  [[nodiscard]] TimePoint read_until(TimePoint now, std::uint64_t handled, std::uint64_t waiting) noexcept;

 private:
  struct Mark {
    TimePoint at;
    std::uint64_t bytes;
  };
  std::optional<Mark> mark_;
  TimePoint read_until_ = TimePoint::min();
};

}  // namespace zenws::policy
