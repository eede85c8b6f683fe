// A lock for a few hundred nanoseconds of work that is done for every message.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace zenws {

// Like std::mutex, but half as dear when nobody waits: leaving is a plain store, where a mutex has to ask whether
// somebody sleeps, and with that waits until all that was just written has left the processor. In return who waits
// looks again by itself: at once, after others have had their turn, and then at intervals.
class ShortLock {
 public:
  ShortLock() = default;
  ShortLock(const ShortLock&) = delete;
  ShortLock& operator=(const ShortLock&) = delete;

  void lock() noexcept {
    if (!try_lock()) wait();
  }
  [[nodiscard]] bool try_lock() noexcept { return !taken_.exchange(true, std::memory_order_acquire); }
  void unlock() noexcept { taken_.store(false, std::memory_order_release); }

 private:
  static constexpr int looks_at_once = 50;
  static constexpr int yields = 50;
  static constexpr std::chrono::microseconds interval{50};

  void wait() noexcept {
    for (int looks = 0; taken_.load(std::memory_order_relaxed) || !try_lock(); ++looks) {
      if (looks < looks_at_once) continue;
      if (looks < looks_at_once + yields) {
        std::this_thread::yield();
      } else {
        std::this_thread::sleep_for(interval);
      }
    }
  }

  std::atomic<bool> taken_{false};
};

}  // namespace zenws
