// What is known of one descriptor's readiness, and who waits for it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <system_error>

#include "net/transport.hpp"

namespace zenws::net {

class Loop;
class Reactor;

// Edges are remembered until they are used up: by a read that found no more, or a write that found no room. Threads:
// the loop's only, but for filled(). Lifetime: the loop and the reactor outlive start() to stop().
class Watch {
 public:
  using Ready = Transport::Ready;

  Watch(Loop& loop, Reactor& reactor) noexcept : loop_{loop}, reactor_{reactor} {}
  ~Watch() { stop(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Errors: the system's: then nothing will be told.
  std::error_code start(int descriptor);
  // Before the descriptor is closed. Who waits is destroyed here.
  void stop() noexcept;

  // Transport's. At once is never: what is ready already is told in a turn of its own.
  void wait_readable(Ready ready);
  void wait_writable(Ready ready);

  // The far end ended, or it broke: only reading to the end tells which, and no edge may come again.
  [[nodiscard]] bool is_over() const noexcept { return over_; }
  // A read found nothing.
  void blocked() noexcept { readable_ = over_ = false; }
  // A read took less than it asked for: that was all, but for an end.
  void emptied() noexcept { readable_ = over_; }
  // Any thread. Requires: a write is tried once more before the wait, since room may have come meanwhile.
  void filled() noexcept { writable_.store(false); }

 private:
  friend class Reactor;

  void tell_soon();
  void notice(std::uint32_t events) noexcept;
  void tell_reader();
  void tell_writer();

  Loop& loop_;
  Reactor& reactor_;
  std::uint64_t key_ = 0;  // not started
  Ready reader_;
  Ready writer_;
  bool readable_ = false;
  bool over_ = false;
  std::atomic<bool> writable_{false};
};

}  // namespace zenws::net
