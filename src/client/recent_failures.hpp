// A client's recent failures as every thread may read them. Costs one relaxed load while there is none.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "base/clock.hpp"
#include "base/short_lock.hpp"
#include "policy/health.hpp"

namespace zenws::client {

// Threads: any.
class RecentFailures {
 public:
  void failed(TimePoint now) {
    const std::lock_guard lock{mutex_};
    failures_.failed(now);
    any_.store(true, std::memory_order_relaxed);
  }
  void succeeded() {
    if (!any_.load(std::memory_order_relaxed)) return;
    const std::lock_guard lock{mutex_};
    failures_.succeeded();
    any_.store(!failures_.empty(), std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t count(TimePoint now) const {
    if (!any_.load(std::memory_order_relaxed)) return 0;
    const std::lock_guard lock{mutex_};
    return failures_.count(now);
  }

 private:
  std::atomic<bool> any_{false};
  mutable ShortLock mutex_;
  policy::Failures failures_;
};

}  // namespace zenws::client
