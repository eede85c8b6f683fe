// How many durations fell into each of some fixed buckets, since the beginning. One thread adds, any thread reads.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace zenws::policy {

class Histogram {
 public:
  // Each bucket's largest duration; what is longer goes into one more. From a venue next door to request_timeout.
  static constexpr std::array<std::chrono::microseconds, 17> bounds = [] {
    using namespace std::chrono_literals;
    return std::array<std::chrono::microseconds, 17>{100us, 250us, 500us, 1ms, 2500us, 5ms, 10ms, 25ms, 50ms,
                                                     100ms, 250ms, 500ms, 1s,  2500ms, 5s,  10s,  30s};
  }();
  using Counts = std::array<std::uint64_t, bounds.size() + 1>;

  // At one moment; not cumulative. `sum` may know a duration less than `counts`, or one more.
  struct Reading {
    Counts counts{};
    std::chrono::microseconds sum{0};
    friend bool operator==(const Reading&, const Reading&) = default;
  };

  Histogram() = default;
  Histogram(const Histogram&) = delete;
  Histogram& operator=(const Histogram&) = delete;
  ~Histogram() { delete table_.load(std::memory_order_relaxed); }

  // One thread.
  void add(std::chrono::microseconds duration);
  // Any thread.
  [[nodiscard]] Reading read() const noexcept;

 private:
  struct Table {
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> counts{};
    std::atomic<std::int64_t> sum{0};
  };
  std::atomic<Table*> table_{nullptr};  // made by the first add(): most clients never ask anything
};

}  // namespace zenws::policy
