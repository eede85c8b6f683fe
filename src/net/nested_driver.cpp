#include "net/nested_driver.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <sys/timerfd.h>
#include <system_error>
#include <utility>

#include "net/loop.hpp"

namespace zenws::net {

NestedDriver::NestedDriver(std::shared_ptr<Host> host)
    : alarm_{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)}, host_{std::move(host)} {
  if (alarm_.number() < 0) throw std::system_error{errno, std::system_category(), "timerfd_create"};
  reactor_.add_silent(alarm_.number());
  host_->open(reactor_.descriptor());
}

NestedDriver::~NestedDriver() { end(); }

void NestedDriver::wake() noexcept {
  host_->post([weak = loop_, this] {
    if (const auto loop = weak.lock(); loop && !loop->has_ended()) run(*loop);
  });
}

void NestedDriver::run(Loop& loop) {
  if (alarm_at_ <= Clock::now()) alarm_at_ = never;  // it has rung
  reactor_.wait(TimePoint::min());
  loop.run_ready();
  if (loop.has_ended()) return;
  if (loop.next_due() == TimePoint::min()) wake();  // in its turn, behind what the host has to run
  waits_changed();
}

void NestedDriver::waits_changed() noexcept {
  const auto loop = loop_.lock();
  if (!loop) return;
  set_alarm(loop->timers().next());
  if (loop->awaits() == waiting_) return;
  waiting_ = !waiting_;
  ++wait_number_;
  if (!waiting_) return host_->cancel_wait();
  host_->wait([weak = loop_, this, number = wait_number_] {
    const auto awake = weak.lock();
    if (!awake || awake->has_ended() || number != wait_number_) return;
    waiting_ = false;
    run(*awake);
  });
}

// A time that has come already rings at once.
void NestedDriver::set_alarm(TimePoint due) noexcept {
  if (due == alarm_at_) return;
  alarm_at_ = due;
  const auto since_epoch = due == never ? Clock::duration{0} : std::max(due.time_since_epoch(), Clock::duration{1});
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const itimerspec at{.it_interval = {},
                      .it_value = {.tv_sec = seconds.count(), .tv_nsec = (since_epoch - seconds).count()}};
  ::timerfd_settime(alarm_.number(), TFD_TIMER_ABSTIME, &at, nullptr);
}

void NestedDriver::end() noexcept {
  if (std::exchange(ended_, true)) return;
  host_->close();
}

}  // namespace zenws::net
