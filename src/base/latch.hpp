// Waiting for another thread to have done something.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "base/clock.hpp"

namespace zenws {

// Threads: any. What is waited in lives until the last key is gone, also when nobody waits any more.
class Latch {
 public:
  // Opens when its last copy is destroyed: whether what holds it was run, or dropped.
  using Key = std::shared_ptr<void>;

  // Call it once.
  [[nodiscard]] Key key() const {
    return {state_.get(), [state = state_](void*) { state->open(); }};
  }
  // False: `until` came first.
  bool wait_until(TimePoint until) const { return state_->wait_until(until); }

 private:
  struct State {
    void open();
    bool wait_until(TimePoint until);

    std::mutex mutex;
    std::condition_variable opened;
    bool is_open = false;
  };

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// condition.wait_until(), which a simulated world can take part in.
template <class Done>
bool wait_until(std::condition_variable& condition, std::unique_lock<std::mutex>& lock, TimePoint until, Done done) {
  if (World* const world = World::simulated()) {
    lock.unlock();
    const auto done_locked = [&] {
      const std::lock_guard again{*lock.mutex()};
      return done();
    };
    const bool is_done = world->run_until(done_locked, until);
    lock.lock();
    return is_done;
  }
  if (until != never) return condition.wait_until(lock, until, std::move(done));
  condition.wait(lock, std::move(done));
  return true;
}

}  // namespace zenws
