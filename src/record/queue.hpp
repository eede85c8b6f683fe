// What waits for the writer: copies of frames, bounded in bytes. All that recording costs a loop is add().
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/short_lock.hpp"
#include "record/chunk_pool.hpp"
#include "record/frame.hpp"
#include "record/frame_queue.hpp"

namespace zenws::record {

// What comes in and what goes out wait apart, so that the loop needs no lock for what it reads. Each frame that goes
// out is told how many had come in before, which puts both into one order again: an answer stands behind its question,
// whichever way that went.
class Queue {
 public:
  // Frames that wait before the writer is woken early.
  static constexpr std::uint64_t wake_at = 100;

  explicit Queue(std::size_t limit) noexcept : limit_{limit} {}

  // Of what comes in one thread at a time, of what goes out any. Copies the frame, or counts it as dropped when it does
  // not fit; of two that go in at the same moment and would fit alone, both may. True: wake the writer.
  [[nodiscard]] bool add(const Frame& frame);

  // The writer. What waits now is what pop() will give.
  void begin_round();
  // The writer. The next frame of the round; its payload lives until the next pop() or hold(). It counts against the
  // limit until hold() says otherwise. nullopt: that was all.
  [[nodiscard]] std::optional<Frame> pop() noexcept;
  // The writer. What was popped is done with, but for so many bytes that are not written yet.
  void hold(std::size_t bytes) noexcept;
  // The writer. Frames dropped since the last time.
  [[nodiscard]] std::uint64_t take_dropped() noexcept;
  // The writer, now and then while much waits: spares the loop from asking for memory.
  void make_ahead();
  // The writer, now and then: gives memory back that was needed once.
  void trim();

  // Any thread. What was popped and is held counts too.
  [[nodiscard]] std::uint64_t waiting_bytes() const noexcept;
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] bool add_checked(FrameQueue& queue, const Frame& frame, std::uint64_t after);
  [[nodiscard]] bool wakes(std::uint64_t added) noexcept;

  const std::size_t limit_;
  ChunkPool chunks_;
  FrameQueue in_{chunks_};
  FrameQueue out_{chunks_};
  ShortLock out_lock_;  // of who adds to out_
  std::atomic<std::uint64_t> dropped_{0};

  // The writer's; others read the atomics.
  alignas(64) std::atomic<std::uint64_t> gone_{0};  // bytes that wait no more
  std::atomic<std::uint64_t> wake_from_{wake_at};   // frames in all
  std::uint64_t in_until_ = 0;                      // the round's
  std::uint64_t out_until_ = 0;
  std::uint64_t popped_bytes_ = 0;
  std::uint64_t told_dropped_ = 0;
};

}  // namespace zenws::record
