// See histogram.hpp.
#include "policy/histogram.hpp"

#include <algorithm>

namespace zenws::policy {

namespace {

// With one writer a plain store is enough, and cheaper than a locked add.
template <class T>
void increase(std::atomic<T>& number, T by) noexcept {
  number.store(number.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

void Histogram::add(std::chrono::microseconds duration) noexcept {
  const auto bucket = std::ranges::lower_bound(bounds, duration) - bounds.begin();
  increase(counts_[static_cast<std::size_t>(bucket)], std::uint64_t{1});
  increase(sum_, std::int64_t{duration.count()});
}

Histogram::Reading Histogram::read() const noexcept {
  Reading reading;
  for (std::size_t i = 0; i < counts_.size(); ++i) reading.counts[i] = counts_[i].load(std::memory_order_relaxed);
  reading.sum = std::chrono::microseconds{sum_.load(std::memory_order_relaxed)};
  return reading;
}

}  // namespace zenws::policy
