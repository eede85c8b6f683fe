// What the clients did, kept for whoever asks from another thread: the server's only lock.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include <zenws/testing/server.hpp>

#include "base/clock.hpp"

namespace zenws::testing {

// Threads: any. Bounded: at most `limit` entries of each kind and max_kept_bytes of messages; the oldest go first.
class Ledger {
 public:
  static constexpr std::size_t max_kept_bytes = std::size_t{256} << 20U;

  explicit Ledger(std::size_t limit) noexcept : limit_(limit) {}

  void add(ReceivedMessage message);
  void add_pong(std::string payload);
  void add_close(CloseReason reason);
  void add_upgrade(UpgradeSeen upgrade);

  [[nodiscard]] std::vector<ReceivedMessage> messages() const;
  [[nodiscard]] std::vector<std::string> pongs() const;
  [[nodiscard]] std::vector<CloseReason> closes() const;
  [[nodiscard]] std::vector<UpgradeSeen> upgrades() const;
  [[nodiscard]] std::uint64_t count() const noexcept { return count_.load(std::memory_order_acquire); }

  // A run of kept messages; `next` is the number behind its last one (the first message ever has number 0).
  struct Slice {
    std::uint64_t next = 0;
    std::vector<ReceivedMessage> messages;
  };
  // Copies of the messages from number `first` on, some thousand at most. Waits for one until the deadline; nothing
  // came when the slice is empty.
  [[nodiscard]] Slice since(std::uint64_t first, TimePoint deadline) const;
  // The newest `most` messages, oldest first.
  [[nodiscard]] std::vector<ReceivedMessage> last(std::size_t most) const;

 private:
  void forget_oldest();

  const std::size_t limit_;
  std::atomic<std::uint64_t> count_ = 0;  // written under the lock
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  mutable std::size_t waiting_ = 0;
  std::deque<ReceivedMessage> messages_;  // the last one has number count_ - 1
  std::size_t kept_bytes_ = 0;
  std::deque<std::string> pongs_;
  std::deque<CloseReason> closes_;
  std::deque<UpgradeSeen> upgrades_;
};

}  // namespace zenws::testing
