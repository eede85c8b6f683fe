#include "policy/latency.hpp"

#include <algorithm>
#include <limits>

namespace zenws::policy {

std::optional<std::chrono::microseconds> percentile(std::span<const std::chrono::microseconds> sorted,
                                                    int percent) noexcept {
  if (sorted.empty()) return std::nullopt;
  const std::size_t hundredths = static_cast<std::size_t>(percent) * (sorted.size() - 1);
  return sorted[(hundredths + 50) / 100];
}

void Latency::add(std::chrono::microseconds sample) {
  const std::uint64_t count = count_.load(std::memory_order_relaxed);
  if (count == 0) ring_ = std::make_unique<std::atomic<std::int64_t>[]>(window_);
  ring_[count % window_].store(sample.count(), std::memory_order_relaxed);
  count_.store(count + 1, std::memory_order_release);
}

std::vector<std::chrono::microseconds> Latency::samples() const {
  const std::uint64_t count = count_.load(std::memory_order_acquire);
  const std::uint64_t first = count > window_ ? count - window_ : 0;
  std::vector<std::chrono::microseconds> samples;
  samples.reserve(count - first);
  for (std::uint64_t i = first; i < count; ++i) {
    samples.emplace_back(ring_[i % window_].load(std::memory_order_relaxed));
  }
  return samples;
}

std::optional<std::chrono::milliseconds> Latency::p99() const {
  using std::chrono::milliseconds;
  constexpr std::uint64_t lower_half = std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t count = count_.load(std::memory_order_acquire);
  if (count == 0) return std::nullopt;
  const std::uint64_t known = p99_.load(std::memory_order_relaxed);
  if ((known & lower_half) == (count & lower_half)) return milliseconds{known >> 32U};
  std::vector<std::chrono::microseconds> sorted = samples();
  std::ranges::sort(sorted);
  const auto found = std::chrono::round<milliseconds>(*percentile(sorted, 99));
  const auto bounded = std::clamp<std::int64_t>(found.count(), 0, std::numeric_limits<std::int32_t>::max());
  p99_.store((static_cast<std::uint64_t>(bounded) << 32U) | (count & lower_half), std::memory_order_relaxed);
  return milliseconds{bounded};
}

}  // namespace zenws::policy
