#include "net/thread_driver.hpp"

#include "net/loop.hpp"

namespace zenws::net {
namespace {

thread_local const ThreadDriver* running = nullptr;

}  // namespace

void ThreadDriver::run(const std::shared_ptr<Loop>& loop) {
  running = this;
  while (!loop->has_ended()) {
    // In this order, and sequentially consistent, as what the other side does: posting, then looking whether we sleep.
    asleep_.store(true);
    const TimePoint until = loop->next_due();
    reactor_.wait(until);
    asleep_.store(false, std::memory_order_relaxed);
    loop->run_ready();
  }
  running = nullptr;
}

void ThreadDriver::wake() noexcept {
  if (asleep_.load() && asleep_.exchange(false)) reactor_.wake();
}

bool ThreadDriver::is_this_thread() const noexcept { return running == this; }

}  // namespace zenws::net
