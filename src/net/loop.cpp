// How work reaches a loop from other threads, and how a loop ends without leaving anything behind.
#include "net/loop.hpp"

#include <boost/asio/post.hpp>

#include "ws/protocol.hpp"

namespace zenws::net {
namespace {

constexpr std::size_t receive_buffer_size = std::size_t{256} << 10U;

}  // namespace

std::shared_ptr<Loop> Loop::make() {
  // The hint says that one thread runs it; posting from others stays allowed.
  return std::shared_ptr<Loop>{new Loop{std::make_unique<boost::asio::io_context>(1)}};
}

std::shared_ptr<Loop> Loop::make_on(boost::asio::io_context& io) { return std::shared_ptr<Loop>{new Loop{io}}; }

Loop::Loop(std::unique_ptr<boost::asio::io_context> own)
    : own_(std::move(own)), io_(*own_), timers_(io_), work_(boost::asio::make_work_guard(io_)) {}

Loop::Loop(boost::asio::io_context& io) : io_(io), timers_(io_) {}

Loop::~Loop() = default;

std::span<std::byte> Loop::receive_buffer() {
  if (receive_buffer_.empty()) receive_buffer_.extend(receive_buffer_size + ws::text_padding);
  return receive_buffer_.bytes().first(receive_buffer_size);
}

bool Loop::is_this_thread() const noexcept {
  // The caller's io_context may be gone once the loop has ended.
  if (own_ == nullptr && ended_.load(std::memory_order_acquire)) return false;
  return io_.get_executor().running_in_this_thread();
}

// Posting to the io_context happens under the mutex: whoever finds the loop not ended may rely on the io_context, since
// end() must pass the same mutex first. Tasks wait in our own queue and not in the io_context, so that end() can
// destroy them: a task usually holds a tenant, which holds this loop, which owns the io_context.
void Loop::enqueue(Task task) {
  const std::lock_guard lock{mutex_};
  if (ended_.load(std::memory_order_relaxed)) return;  // `task` dies with the caller's arguments, after the lock
  tasks_.push_back(std::move(task));
  if (woken_.exchange(true, std::memory_order_relaxed)) return;
  boost::asio::post(io_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->run_tasks();
  });
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

// One at a time through the io_context's own queue, which looks at sockets and timers in between.
void Loop::schedule_turn() {
  if (ended_.load(std::memory_order_relaxed)) return turns_.clear();
  if (std::exchange(turn_scheduled_, true)) return;
  boost::asio::post(io_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->next_turn();
  });
}

void Loop::next_turn() {
  turn_scheduled_ = false;
  run_posted();
  if (turns_.empty()) return;
  Task turn = std::move(turns_.front());
  turns_.pop_front();
  if (!turns_.empty()) schedule_turn();
  if (!ending_) turn();
}

bool Loop::enter(Tenant& tenant) {
  if (ending_) return false;
  tenants_.insert(&tenant);
  return true;
}

void Loop::leave(Tenant& tenant) noexcept { tenants_.erase(&tenant); }

void Loop::run() {
  io_.run();
  // What the tenants cancelled is run out, so that its handlers let go of whom they hold; these may hold this loop,
  // which owns the io_context that holds the handlers.
  io_.restart();
  while (io_.poll() != 0) {
  }
}

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
  if (own_ != nullptr) {
    work_.reset();
    io_.stop();
  }
}

}  // namespace zenws::net
