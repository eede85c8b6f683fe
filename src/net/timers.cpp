// How deadlines are kept in order lazily, so that the common case — moving one later — only writes a number.
#include "net/timers.hpp"

#include <algorithm>
#include <utility>

namespace zenws::net {

TimerQueue::TimerQueue(Owner& owner) : owner_{owner}, self_(std::make_shared<TimerQueue*>(this)) {}

TimerQueue::~TimerQueue() { *self_ = nullptr; }

void TimerQueue::enqueue(Timer& timer, TimePoint key) {
  if (timer.spare_.empty()) {
    timer.entry_ = entries_.emplace(key, &timer);
  } else {
    timer.spare_.key() = key;
    timer.entry_ = entries_.insert(std::move(timer.spare_));
  }
  timer.queued_ = true;
}

void TimerQueue::move_earlier(Timer& timer) {
  if (timer.queued_) {
    timer.spare_ = entries_.extract(timer.entry_);
    timer.queued_ = false;
  }
  if (pass_ == TimePoint::min()) {
    enqueue(timer, timer.deadline_);
    if (timer.entry_ == entries_.begin()) owner_.timers_changed();
  } else {
    // Set while timers fire. One that is due already waits for the next pass, so that none can starve the others.
    enqueue(timer, std::max(timer.deadline_, pass_ + Clock::duration{1}));
  }
}

void TimerQueue::dequeue(Timer& timer) noexcept {
  if (firing_ == &timer) firing_ = nullptr;
  if (!timer.queued_) return;
  entries_.erase(timer.entry_);
  if (entries_.empty()) owner_.timers_changed();
}

void TimerQueue::run_due(TimePoint now) {
  if (now < next() || pass_ != TimePoint::min()) return;
  pass_ = now;
  while (!stopped_ && !entries_.empty() && entries_.begin()->first <= pass_) {
    const auto [key, due] = *entries_.begin();
    Timer& timer = *due;
    timer.spare_ = entries_.extract(entries_.begin());
    timer.queued_ = false;
    if (timer.deadline_ <= key) {
      if (!fire(timer)) return;
    } else if (timer.deadline_ != never) {
      enqueue(timer, timer.deadline_);  // it was moved later since: behind those that come before it now
    }
  }
  pass_ = TimePoint::min();
}

// False when the callback destroyed the queue itself.
bool TimerQueue::fire(Timer& timer) {
  const auto self = self_;
  timer.deadline_ = never;
  // Out of the timer while it runs: the callback may destroy the timer, and must not destroy itself by that.
  auto on_due = std::move(timer.on_due_);
  firing_ = &timer;
  on_due();
  if (*self == nullptr) return false;
  if (firing_ != nullptr) timer.on_due_ = std::move(on_due);
  firing_ = nullptr;
  return true;
}

Timer::Timer(TimerQueue& queue, std::move_only_function<void()> on_due) : queue_(queue), on_due_(std::move(on_due)) {}

Timer::~Timer() { queue_.dequeue(*this); }

void Timer::arm(TimePoint deadline) {
  deadline_ = deadline;
  // Queued for an earlier time: run_due() looks at the deadline again when that time has come.
  if (queued_ && entry_->first <= deadline) return;
  if (deadline != never) queue_.move_earlier(*this);
}

}  // namespace zenws::net
