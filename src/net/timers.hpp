// One queue of deadlines a loop. Moving a deadline later only writes a number.
#pragma once

#include <functional>
#include <map>

#include "base/clock.hpp"

namespace zenws::net {

class Timer;

// Who is due next. Threads: the loop's only. Lifetime: outlives its timers.
class TimerQueue {
 public:
  class Owner {
   public:
    // The first deadline is another, or there is none any more.
    virtual void timers_changed() noexcept = 0;

   protected:
    ~Owner() = default;
  };

  explicit TimerQueue(Owner& owner) noexcept;
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  // Fires what is due. What is armed meanwhile waits for the next time.
  void run_due(TimePoint now);
  // When it has something to do next; `never` when nothing is armed.
  [[nodiscard]] TimePoint next() const noexcept {
    return stopped_ || entries_.empty() ? never : entries_.begin()->first;
  }
  [[nodiscard]] bool empty() const noexcept { return stopped_ || entries_.empty(); }
  // Nothing fires any more. Timers may still be armed and destroyed.
  void stop() noexcept { stopped_ = true; }

 private:
  friend class Timer;
  class Pass;
  using Entries = std::multimap<TimePoint, Timer*>;

  void enqueue(Timer& timer, TimePoint key);
  void move_earlier(Timer& timer);
  void dequeue(Timer& timer) noexcept;
  void fire(Timer& timer);

  Entries entries_;  // a key may be earlier than its timer's deadline, which was moved later since
  Owner& owner_;
  bool stopped_ = false;
  TimePoint pass_ = TimePoint::min();  // while run_due() runs: its `now`
  Timer* firing_ = nullptr;            // its callback runs; null when that destroyed it
};

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
  [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }

 private:
  friend class TimerQueue;

  TimerQueue& queue_;
  std::move_only_function<void()> on_due_;
  TimePoint deadline_ = never;
  bool queued_ = false;
  TimerQueue::Entries::iterator entry_;   // when queued
  TimerQueue::Entries::node_type spare_;  // when not: the node kept for the next arming
};

}  // namespace zenws::net
