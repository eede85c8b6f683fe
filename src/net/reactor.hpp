// Which sockets are ready: one epoll, in which each is registered once, edge-triggered, for both directions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <sys/epoll.h>
#include <system_error>
#include <vector>

#include "base/clock.hpp"
#include "net/descriptor.hpp"

namespace zenws::net {

class Watch;

// Threads: the loop's only.
class Reactor {
 public:
  // Throws std::system_error: no descriptors or no memory left.
  Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Waits until something is ready, at the longest until then; a time that has passed: only looks. Nothing while it has
  // found what was not told yet.
  void wait(TimePoint until) noexcept;
  [[nodiscard]] bool has_found() const noexcept { return next_ < found_; }
  // Tells the next of what wait() found, who calls its user. False: that was all.
  bool dispatch_one();

  // Becomes readable when something is ready.
  [[nodiscard]] int descriptor() const noexcept { return epoll_.number(); }
  // `descriptor` ends waits too, each time that it becomes readable, and nobody is told. Throws as the constructor
  // does.
  void add_silent(int descriptor);

 private:
  friend class Watch;

  // Names a watch in events: one that has gone may have events still, of a descriptor that a forked child has open.
  using Key = std::uint64_t;
  struct Slot {
    Watch* watch = nullptr;
    std::uint32_t generation = 1;
  };
  static constexpr std::size_t most_events = 128;

  void tell(Key key);
  std::error_code add(Watch& watch, int descriptor, Key& key);
  void remove(Key key) noexcept;
  [[nodiscard]] Watch* find(Key key) noexcept;

  Descriptor epoll_;
  bool has_pwait2_ = true;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::array<epoll_event, most_events> events_{};
  std::size_t found_ = 0;
  std::size_t next_ = 0;
};

}  // namespace zenws::net
