// How work reaches a loop from other threads, and how a loop ends without leaving anything behind.
#include "net/loop.hpp"

#include "ws/protocol.hpp"

namespace zenws::net {
namespace {

constexpr std::size_t receive_buffer_size = std::size_t{256} << 10U;

}  // namespace

Loop::Loop(std::unique_ptr<Driver> driver) : driver_{std::move(driver)} {}

Loop::~Loop() = default;

std::span<std::byte> Loop::receive_buffer() {
  if (receive_buffer_.empty()) receive_buffer_.extend(receive_buffer_size + ws::text_padding);
  return receive_buffer_.bytes().first(receive_buffer_size);
}

// The driver is woken under the mutex: whoever finds the loop not ended may rely on it, since end() must pass the same
// mutex first. Tasks wait in our own queue and not in the driver's, so that end() can destroy them: a task usually
// holds a tenant, which holds this loop, which owns the driver.
void Loop::enqueue(Task task) {
  const std::lock_guard lock{mutex_};
  if (ended_.load(std::memory_order_relaxed)) return;  // `task` dies with the caller's arguments, after the lock
  tasks_.push_back(std::move(task));
  if (woken_.exchange(true)) return;
  try {
    driver_->wake();
  } catch (...) {
    woken_ = false;
    tasks_.pop_back();
    throw;
  }
}

void Loop::run_tasks() {
  std::vector<Task> batch;
  {
    const std::lock_guard lock{mutex_};
    batch.swap(tasks_);
    woken_.store(false, std::memory_order_relaxed);
  }
  for (Task& queued : batch) {
    Task task = std::move(queued);  // what it holds is released right after it ran
    if (!ending_) task();
  }
}

void Loop::run_ready() {
  const Set running{running_};
  run_posted();
  // Whoever sits in a long queue of ready sockets waits for all before it; what was posted and what is due do not.
  while (!ending_ && driver_->dispatch_one()) {
    run_posted();
    timers_.run_due(Clock::now());
  }
  timers_.run_due(Clock::now());
  run_posted();
  take_one_turn();
}

void Loop::take_one_turn() {
  if (turns_.empty() || ending_) return;
  Task turn = std::move(turns_.front());
  turns_.pop_front();
  turn();
}

TimePoint Loop::next_due() const noexcept {
  // Sequentially consistent: whoever posts looks whether we sleep after it has said this.
  return !turns_.empty() || woken_.load() ? TimePoint::min() : timers_.next();
}

void Loop::waits_changed() noexcept {
  if (!running_ && !has_ended()) driver_->waits_changed();
}

void Loop::hold() noexcept {
  if (holds_++ == 0) waits_changed();
}

void Loop::release() noexcept {
  if (--holds_ == 0) waits_changed();
}

bool Loop::enter(Tenant& tenant) {
  if (ending_) return false;
  tenants_.insert(&tenant);
  return true;
}

void Loop::leave(Tenant& tenant) noexcept { tenants_.erase(&tenant); }

void Loop::end() {
  if (std::exchange(ending_, true)) return;
  const auto self = shared_from_this();  // the last tenant may hold the last reference
  while (!tenants_.empty()) {
    Tenant& tenant = **tenants_.begin();
    tenants_.erase(tenants_.begin());
    tenant.loop_ends();
  }
  timers_.stop();
  const std::deque<Task> never_taken = std::move(turns_);
  turns_.clear();
  std::vector<Task> never_run;
  {
    const std::lock_guard lock{mutex_};
    ended_.store(true, std::memory_order_release);
    never_run.swap(tasks_);
  }
  never_run.clear();  // outside the lock: what dies here may post
  driver_->end();
}

}  // namespace zenws::net
