// What a client holds while one connection is replaced by another without a gap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "client/connection.hpp"
#include "net/dial.hpp"
#include "net/timers.hpp"
#include "policy/handover.hpp"

namespace zenws::client {

// The steps are Engine's, in engine_rotation.cpp. Threads: the loop's only.
struct Rotation {
  enum class Stage : std::uint8_t {
    none,       // nothing goes on; the last one's updates may still come twice
    waiting,    // to try again
    dialling,   // the successor
    preparing,  // it is open: logs in and subscribes, while the present connection serves
    retiring,   // it is the present one; the old one ends
  };

  Rotation(net::TimerQueue& timers, std::size_t handover_bytes, std::move_only_function<void()> on_time)
      : handover{handover_bytes}, timer{timers, std::move(on_time)} {}
  // Of a second connection; null: there is none.
  [[nodiscard]] bool is_second(const Connection& connection) const noexcept { return second.get() == &connection; }
  [[nodiscard]] const Error* error_or_null() const noexcept { return error ? &*error : nullptr; }
  // True: the second connection is the younger one.
  [[nodiscard]] bool has_successor() const noexcept { return second && stage == Stage::preparing; }

  Stage stage = Stage::none;
  std::unique_ptr<net::Dial> dial;
  std::shared_ptr<Connection> second;  // the successor, then the old one
  policy::Handover handover;
  Connected opened{};                 // the successor
  TimePoint both_since{};             // when it opened
  std::uint64_t repeated_before = 0;  // updates left out before this rotation
  int failures = 0;                   // attempts of this rotation
  std::optional<Error> error;         // why the last one failed
  net::Timer timer;                   // waiting: the next attempt; none: the old connection can be forgotten
};

}  // namespace zenws::client
