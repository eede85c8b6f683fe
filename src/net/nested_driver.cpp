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

void NestedDriver::wake() {
  host_->post([weak = loop_, this] {
    if (const auto loop = weak.lock(); loop && !loop->has_ended()) run(*loop);
  });
}

// One round. Asks for the next also when a handler throws, which the host may let pass through it.
class NestedDriver::Run {
 public:
  Run(NestedDriver& driver, Loop& loop) : driver_{driver}, loop_{loop} {
    const TimePoint now = Clock::now();
    if (driver_.alarm_at_ <= now) driver_.alarm_at_ = never;  // it has rung
    driver_.yield_at_ = now + longest;
    driver_.running_ = true;
  }
  ~Run() {
    driver_.running_ = false;
    if (loop_.has_ended()) return;
    const bool has_more = driver_.reactor_.has_found() || loop_.next_due() == TimePoint::min();
    if (has_more) driver_.wake();  // in its turn, behind what the host has to run
    driver_.waits_changed();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

 private:
  static constexpr std::chrono::milliseconds longest{1};

  NestedDriver& driver_;
  Loop& loop_;
};

void NestedDriver::run(Loop& loop) {
  if (running_) return;  // a handler of ours runs the host's event loop: what is ready waits for its end
  const Run round{*this, loop};
  reactor_.wait(TimePoint::min());
  loop.run_ready();
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
  if (ended_.exchange(true)) return;
  host_->close();
}

}  // namespace zenws::net
