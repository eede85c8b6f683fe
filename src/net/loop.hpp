// One event loop: what is to be run, its timers, its one receive buffer, and who lives on it.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/buffer.hpp"
#include "net/driver.hpp"
#include "net/set.hpp"
#include "net/timers.hpp"

namespace zenws::net {

// Somebody who lives on a loop and must go when it ends.
class Tenant {
 public:
  // On the loop. Close everything at once; leave() has been called for you. Sockets are closed here: what they belong
  // to may not live longer.
  virtual void loop_ends() = 0;

 protected:
  ~Tenant() = default;
};

// Lifetime: held by its Runtime, its tenants and, when it has one, its thread; the memory outlives the Runtime.
class Loop final : public std::enable_shared_from_this<Loop>, private TimerQueue::Owner {
 public:
  explicit Loop(std::unique_ptr<Driver> driver);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Shared by all connections of the loop; valid until the next read on this loop. 256 KiB, ws::text_padding behind it.
  [[nodiscard]] std::span<std::byte> receive_buffer();
  [[nodiscard]] Network& network() noexcept { return driver_->network(); }
  [[nodiscard]] TimerQueue& timers() noexcept { return timers_; }
  // Any thread.
  [[nodiscard]] bool is_this_thread() const noexcept { return driver_->is_this_thread(); }
  // Any thread: runs `f` on the loop, later, in the order posted. After the loop has ended `f` is destroyed without
  // being run; so is what was posted before but not yet run.
  template <class F>
  void post(F&& f) {
    enqueue(Task{std::forward<F>(f)});
  }
  // The loop's thread: `turn` is taken later, in the order given, one after the other; between two of them what was
  // posted runs, timers fire and sockets are looked at. For what is left of work that would keep the loop too long. Its
  // end is post()'s.
  template <class F>
  void take_turn(F&& turn) {
    if (has_ended()) return;
    turns_.push_back(Task{std::forward<F>(turn)});
    if (!running_) driver_->wake();
  }
  // The loop's thread: runs what was posted, if anything was.
  void run_posted() {
    if (has_posted()) run_tasks();
  }
  // Something that was posted waits: whoever has a turn ends it. One relaxed load.
  [[nodiscard]] bool has_posted() const noexcept { return woken_.load(std::memory_order_relaxed); }
  // The loop's thread. False when the loop is ending: then do not live here.
  bool enter(Tenant& tenant);
  void leave(Tenant& tenant) noexcept;

  // The loop's thread: something from outside is waited for, until release(): an event loop that would end for lack of
  // work goes on.
  void hold() noexcept;
  void release() noexcept;

  // The loop's thread. Ends every tenant. Idempotent.
  void end();

  // ---- for its driver, on the loop's thread

  // Does all that is ready: what was posted, who waits for sockets that are, timers that are due, one turn.
  void run_ready();
  // When run_ready() has something to do next, if nobody wakes it before.
  [[nodiscard]] TimePoint next_due() const noexcept;
  // Something from outside, or a timer, is waited for.
  [[nodiscard]] bool awaits() const noexcept { return holds_ != 0 || !timers_.empty(); }
  [[nodiscard]] bool has_ended() const noexcept { return ended_.load(std::memory_order_relaxed); }

 private:
  using Task = std::move_only_function<void()>;

  void enqueue(Task task);
  void run_tasks();
  void timers_changed() noexcept override { waits_changed(); }
  void waits_changed() noexcept;
  void take_one_turn();

  const std::unique_ptr<Driver> driver_;
  TimerQueue timers_{*this};
  Buffer receive_buffer_;
  std::unordered_set<Tenant*> tenants_;
  std::deque<Task> turns_;
  std::size_t holds_ = 0;
  bool running_ = false;  // inside run_ready()
  bool ending_ = false;

  std::mutex mutex_;
  std::vector<Task> tasks_;         // guarded; waiting for run_tasks()
  std::atomic<bool> woken_{false};  // written under the mutex; run_tasks() will come
  std::atomic<bool> ended_{false};  // written under the mutex; once true, nothing touches the driver
};

}  // namespace zenws::net
