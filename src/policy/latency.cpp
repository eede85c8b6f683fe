// See latency.hpp.
#include "policy/latency.hpp"

#include <algorithm>

namespace zenws::policy {

std::optional<std::chrono::microseconds> percentile(std::span<const std::chrono::microseconds> sorted,
                                                    int percent) noexcept {
  if (sorted.empty()) return std::nullopt;
  const std::size_t hundredths = static_cast<std::size_t>(percent) * (sorted.size() - 1);
  return sorted[(hundredths + 50) / 100];
}

void Latency::add(std::chrono::microseconds sample) noexcept {
  const std::uint64_t count = count_.load(std::memory_order_relaxed);
  ring_[count % ring_.size()].store(sample.count(), std::memory_order_relaxed);
  count_.store(count + 1, std::memory_order_release);
}

std::vector<std::chrono::microseconds> Latency::samples() const {
  const std::uint64_t count = count_.load(std::memory_order_acquire);
  const std::uint64_t first = count > ring_.size() ? count - ring_.size() : 0;
  std::vector<std::chrono::microseconds> samples;
  samples.reserve(count - first);
  for (std::uint64_t i = first; i < count; ++i) {
    samples.emplace_back(ring_[i % ring_.size()].load(std::memory_order_relaxed));
  }
  return samples;
}

}  // namespace zenws::policy
