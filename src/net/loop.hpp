// One event loop: its io_context, its one receive buffer, its timers, and who lives on it.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "base/buffer.hpp"
#include "net/timers.hpp"

namespace zenws::net {

// Somebody who lives on a loop and must go when it ends.
class Tenant {
 public:
  // On the loop. Close everything at once; leave() has been called for you. What belongs to the io_context (sockets,
  // resolvers) is destroyed here: the caller's io_context may not live longer.
  virtual void loop_ends() = 0;

 protected:
  ~Tenant() = default;
};

// Lifetime: held by its Runtime, its tenants and, when it has one, its thread; the memory outlives the Runtime.
class Loop : public std::enable_shared_from_this<Loop> {
 public:
  // With an io_context of its own, served by run().
  static std::shared_ptr<Loop> make();
  // On the caller's io_context, served by the caller. Requires: `io` lives until end() has returned.
  static std::shared_ptr<Loop> make_on(boost::asio::io_context& io);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Shared by all connections of the loop; valid until the next read on this loop. 256 KiB, ws::text_padding behind it.
  [[nodiscard]] std::span<std::byte> receive_buffer();
  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }
  [[nodiscard]] TimerQueue& timers() noexcept { return timers_; }
  // Any thread.
  [[nodiscard]] bool is_this_thread() const noexcept;
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
    turns_.push_back(Task{std::forward<F>(turn)});
    schedule_turn();
  }
  // The loop's thread: runs what was posted, if anything was. Before a turn that the loop did not give.
  void run_posted() {
    if (has_posted()) run_tasks();
  }
  // Something that was posted waits: whoever has a turn ends it. One relaxed load.
  [[nodiscard]] bool has_posted() const noexcept { return woken_.load(std::memory_order_relaxed); }
  // The loop's thread. False when the loop is ending: then do not live here.
  bool enter(Tenant& tenant);
  void leave(Tenant& tenant) noexcept;

  // An io_context of its own only: serves until end().
  void run();
  // The loop's thread: ends every tenant and stops. Idempotent.
  void end();

 private:
  using Task = std::move_only_function<void()>;
  using WorkGuard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  explicit Loop(std::unique_ptr<boost::asio::io_context> own);
  explicit Loop(boost::asio::io_context& io);
  void enqueue(Task task);
  void run_tasks();
  void schedule_turn();
  void next_turn();

  std::unique_ptr<boost::asio::io_context> own_;  // null on the caller's
  boost::asio::io_context& io_;
  TimerQueue timers_;
  Buffer receive_buffer_;
  std::unordered_set<Tenant*> tenants_;
  std::deque<Task> turns_;       // wait for next_turn()
  bool turn_scheduled_ = false;  // next_turn() is on its way
  bool ending_ = false;
  std::optional<WorkGuard> work_;

  std::mutex mutex_;
  std::vector<Task> tasks_;         // guarded; waiting for run_tasks()
  std::atomic<bool> woken_{false};  // written under the mutex; run_tasks() is on its way
  std::atomic<bool> ended_{false};  // written under the mutex; once true, nothing touches the caller's io_context
};

}  // namespace zenws::net
