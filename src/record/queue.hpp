// What waits for the writer: copies of frames, bounded in bytes. All that recording costs a loop is add().
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include "base/buffer.hpp"
#include "record/frame.hpp"

namespace zenws::record {

class Queue {
 public:
  // Frames that wait before the writer is woken early.
  static constexpr std::uint64_t wake_at = 100;

  explicit Queue(std::size_t limit) noexcept : limit_{limit} {}

  // Any thread. Copies the frame, or counts it as dropped when it does not fit. True: wake the writer.
  [[nodiscard]] bool add(TimePoint at, std::uint64_t epoch, Direction dir, Type type,
                         std::span<const std::byte> payload);

  struct Taken {
    std::uint64_t frames = 0;
    std::uint64_t dropped = 0;  // since the last take()
  };
  // The writer. Swaps what waits into `frames`, which must be empty and lends its memory. What was taken counts against
  // the limit until hold() says otherwise.
  [[nodiscard]] Taken take(Buffer& frames);
  // The writer. So many bytes of what was taken are not written yet.
  void hold(std::size_t bytes);
  // The first frame of what take() gave, taken off it; its payload lives as long as the buffer's memory. nullopt:
  // empty.
  [[nodiscard]] static std::optional<Frame> pop(Buffer& frames) noexcept;

  // Any thread. What was taken and is held counts too.
  [[nodiscard]] std::uint64_t waiting_bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_in_all_.load(std::memory_order_relaxed); }

 private:
  const std::size_t limit_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> dropped_in_all_{0};
  std::mutex mutex_;
  Buffer waiting_;
  std::size_t held_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace zenws::record
