// One queue of deadlines a loop, behind one steady_timer. Moving a deadline later costs no system call.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"

namespace zenws::net {

class Timer;

// Who is due next. Threads: the loop's only. Lifetime: outlives its timers.
class TimerQueue {
 public:
  explicit TimerQueue(boost::asio::io_context& io);
  ~TimerQueue();
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  // Lets go of the io_context: nothing fires any more. Timers may still be armed and destroyed.
  void stop() noexcept;

 private:
  friend class Timer;
  using Entries = std::multimap<TimePoint, Timer*>;

  void enqueue(Timer& timer, TimePoint key);
  void move_earlier(Timer& timer);
  void dequeue(Timer& timer) noexcept;
  void set_alarm();
  void run_due();
  bool fire(Timer& timer);

  Entries entries_;  // a key may be earlier than its timer's deadline, which was moved later since
  std::optional<boost::asio::steady_timer> alarm_;
  TimePoint alarm_at_ = never;         // what alarm_ waits for
  TimePoint pass_ = TimePoint::min();  // while run_due() runs: its `now`
  Timer* firing_ = nullptr;            // its callback runs; null when that destroyed it
  // Handlers that the io_context still holds find here whether the queue lives.
  std::shared_ptr<TimerQueue*> self_;
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
