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

void Histogram::add(std::chrono::microseconds duration) {
  Table* table = table_.load(std::memory_order_relaxed);
  if (table == nullptr) {
    table = new Table;
    table_.store(table, std::memory_order_release);
  }
  const auto bucket = std::ranges::lower_bound(bounds, duration) - bounds.begin();
  increase(table->counts[static_cast<std::size_t>(bucket)], std::uint64_t{1});
  increase(table->sum, std::int64_t{duration.count()});
}

Histogram::Reading Histogram::read() const noexcept {
  Reading reading;
  const Table* const table = table_.load(std::memory_order_acquire);
  if (table == nullptr) return reading;
  for (std::size_t i = 0; i < reading.counts.size(); ++i) {
    reading.counts[i] = table->counts[i].load(std::memory_order_relaxed);
  }
  reading.sum = std::chrono::microseconds{table->sum.load(std::memory_order_relaxed)};
  return reading;
}

}  // namespace zenws::policy
