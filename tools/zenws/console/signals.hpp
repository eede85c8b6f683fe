// Ctrl-C and SIGTERM as something that the main thread can wait for.
#pragma once

#include <chrono>

namespace zenws::program {

// While one lives, the first SIGINT or SIGTERM only asks to end; the second one kills, as always. SIGPIPE is ignored: a
// reader that left shows in write()'s answer. At most one at a time.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] bool asked_to_end() const noexcept;
  // Readable from the first signal on; for poll().
  [[nodiscard]] int descriptor() const noexcept;
  // Waits until asked to end, or until `deadline`. True when asked to end.
  bool wait_until(std::chrono::steady_clock::time_point deadline) const;
};

// poll()'s timeout until `deadline`, rounded up; at least 0, at most an hour.
[[nodiscard]] int milliseconds_until(std::chrono::steady_clock::time_point deadline);

}  // namespace zenws::program
