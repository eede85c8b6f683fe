// How the ledger keeps, forgets and wakes those who wait.
#include "testing/ledger.hpp"

#include <algorithm>
#include <utility>

namespace zenws::testing {

namespace {

// Bounds what a waiting reader copies at once, under the lock.
constexpr std::size_t slice_size = 4096;

template <class T>
void push_bounded(std::deque<T>& kept, T value, std::size_t limit) {
  kept.push_back(std::move(value));
  if (kept.size() > limit) kept.pop_front();
}

template <class T>
std::vector<T> copy_of(const std::deque<T>& kept) {
  return {kept.begin(), kept.end()};
}

}  // namespace

void Ledger::add(ReceivedMessage message) {
  bool wake = false;
  {
    const std::scoped_lock lock{mutex_};
    kept_bytes_ += message.payload.size();
    messages_.push_back(std::move(message));
    forget_oldest();
    count_.fetch_add(1, std::memory_order_release);
    wake = waiting_ != 0;
  }
  if (wake) arrived_.notify_all();
}

void Ledger::forget_oldest() {
  while (!messages_.empty() && (messages_.size() > limit_ || kept_bytes_ > max_kept_bytes)) {
    kept_bytes_ -= messages_.front().payload.size();
    messages_.pop_front();
  }
}

void Ledger::add_pong(std::string payload) {
  const std::scoped_lock lock{mutex_};
  push_bounded(pongs_, std::move(payload), limit_);
}

void Ledger::add_close(CloseReason reason) {
  const std::scoped_lock lock{mutex_};
  push_bounded(closes_, std::move(reason), limit_);
}

void Ledger::add_upgrade(UpgradeSeen upgrade) {
  const std::scoped_lock lock{mutex_};
  push_bounded(upgrades_, std::move(upgrade), limit_);
}

std::vector<ReceivedMessage> Ledger::messages() const {
  const std::scoped_lock lock{mutex_};
  return copy_of(messages_);
}

std::vector<std::string> Ledger::pongs() const {
  const std::scoped_lock lock{mutex_};
  return copy_of(pongs_);
}

std::vector<CloseReason> Ledger::closes() const {
  const std::scoped_lock lock{mutex_};
  return copy_of(closes_);
}

std::vector<UpgradeSeen> Ledger::upgrades() const {
  const std::scoped_lock lock{mutex_};
  return copy_of(upgrades_);
}

Ledger::Slice Ledger::since(std::uint64_t first, TimePoint deadline) const {
  std::unique_lock lock{mutex_};
  ++waiting_;
  arrived_.wait_until(lock, deadline, [&] { return count() > first; });
  --waiting_;
  const std::uint64_t total = count();
  const std::uint64_t oldest = total - messages_.size();
  const auto begin = static_cast<std::size_t>(std::max(first, oldest) - oldest);
  Slice slice{std::max(first, oldest), {}};
  for (std::size_t i = begin; i < messages_.size() && slice.messages.size() < slice_size; ++i) {
    slice.messages.push_back(messages_[i]);
    ++slice.next;
  }
  return slice;
}

std::vector<ReceivedMessage> Ledger::last(std::size_t most) const {
  const std::scoped_lock lock{mutex_};
  const auto count = static_cast<std::ptrdiff_t>(std::min(most, messages_.size()));
  return {messages_.end() - count, messages_.end()};
}

}  // namespace zenws::testing
