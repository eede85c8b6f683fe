// How deadlines are kept in order lazily, so that the common case — moving one later — only writes a number.
#include "net/timers.hpp"

#include <algorithm>
#include <utility>

namespace zenws::net {

TimerQueue::TimerQueue(Owner& owner) noexcept : owner_{owner} {}

// A pass lasts until its end, also when a timer's function throws.
class TimerQueue::Pass {
 public:
  Pass(TimePoint& of, TimePoint now) noexcept : of_{of} { of_ = now; }
  ~Pass() { of_ = TimePoint::min(); }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

 private:
  TimePoint& of_;
};

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
  const Pass pass{pass_, now};
  while (!stopped_ && !entries_.empty() && entries_.begin()->first <= pass_) {
    const auto [key, due] = *entries_.begin();
    Timer& timer = *due;
    timer.spare_ = entries_.extract(entries_.begin());
    timer.queued_ = false;
    if (timer.deadline_ <= key) {
      fire(timer);
    } else if (timer.deadline_ != never) {
      enqueue(timer, timer.deadline_);  // it was moved later since: behind those that come before it now
    }
  }
}

void TimerQueue::fire(Timer& timer) {
  timer.deadline_ = never;
  // Out of the timer while it runs: the callback may destroy the timer, and must not destroy itself by that.
  auto on_due = std::move(timer.on_due_);
  firing_ = &timer;
  on_due();
  if (firing_ != nullptr) timer.on_due_ = std::move(on_due);
  firing_ = nullptr;
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
