#include "net/thread_driver.hpp"

#include <cerrno>
#include <sys/eventfd.h>
#include <system_error>

#include "net/loop.hpp"

namespace zenws::net {
namespace {

thread_local const ThreadDriver* running = nullptr;

}  // namespace

ThreadDriver::ThreadDriver() : waker_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (waker_.number() < 0) throw std::system_error{errno, std::system_category(), "eventfd"};
  reactor_.add_silent(waker_.number());
}

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

// Each write is an edge, so that nobody need read the number.
void ThreadDriver::wake() {
  if (asleep_.load() && asleep_.exchange(false)) ::eventfd_write(waker_.number(), 1);
}

bool ThreadDriver::is_this_thread() const noexcept { return running == this; }

}  // namespace zenws::net
