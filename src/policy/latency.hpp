// The last so many round trips, and their percentiles. One thread adds, any thread reads.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace zenws::policy {

// sorted[round(percent / 100 · (n − 1))], half away from zero. Nullopt: no sample.
[[nodiscard]] std::optional<std::chrono::microseconds> percentile(std::span<const std::chrono::microseconds> sorted,
                                                                  int percent) noexcept;

class Latency {
 public:
  explicit Latency(std::size_t window) noexcept : window_{window} {}

  // One thread.
  void add(std::chrono::microseconds sample);
  // Any thread. The window, oldest first; a sample that is being replaced meanwhile is the old or the new one.
  [[nodiscard]] std::vector<std::chrono::microseconds> samples() const;
  // Any thread. percentile(99), rounded; computed anew only after another sample. Nullopt: no sample.
  [[nodiscard]] std::optional<std::chrono::milliseconds> p99() const;

 private:
  const std::size_t window_;
  std::unique_ptr<std::atomic<std::int64_t>[]> ring_;  // made by the first add(), before count_ tells that it is there
  std::atomic<std::uint64_t> count_{0};                // ever added
  // What p99() found, above the lower half of the count for which it did: one word, so that both belong together.
  mutable std::atomic<std::uint64_t> p99_{0};
};

}  // namespace zenws::policy
