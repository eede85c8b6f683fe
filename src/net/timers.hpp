// One queue of deadlines a loop, behind one steady_timer. Moving a deadline later costs no system call.
#pragma once

#include <functional>
#include <map>

#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"

namespace zenws::net {

class TimerQueue;

// A deadline that can be moved. Disarms itself when destroyed. Threads: the loop's only.
class Timer {
 public:
  // `on_due` is called on the loop, once per arming; it may re-arm or destroy the timer.
  Timer(TimerQueue& queue, std::move_only_function<void()> on_due);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Sets the deadline; `never` disarms.
  void arm(TimePoint deadline);
  void disarm() { arm(never); }
  [[nodiscard]] TimePoint deadline() const noexcept;
};

}  // namespace zenws::net
