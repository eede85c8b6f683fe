// How long one connection may go on before the others of its loop get their turn, and how seldom the clock must be
// asked.
#pragma once

#include "base/clock.hpp"

namespace zenws::policy {

// A turn lasts at most one call + `budget`, as long as calls last about as long as those before them. Threads: one.
class Turn {
 public:
  static constexpr Clock::duration budget = std::chrono::milliseconds{1};
  // What a call sends waits no longer than to the first look after this.
  static constexpr Clock::duration longest_gathering = std::chrono::microseconds{50};

  struct Verdict {
    bool over = false;   // the others are next
    bool flush = false;  // what was gathered is to be written now
  };

  explicit Turn(TimePoint begun) noexcept : begun_{begun}, looked_{begun}, flushed_{begun} {}

  // A call of a user's function, or what costs as much, was made. True: look at the clock.
  [[nodiscard]] bool called() noexcept { return ++calls_ >= until_look_; }
  [[nodiscard]] Verdict look(TimePoint now) noexcept;

 private:
  TimePoint begun_;
  TimePoint looked_;
  TimePoint flushed_;
  int calls_ = 0;  // since the last look
  int until_look_ = 1;
};

}  // namespace zenws::policy
