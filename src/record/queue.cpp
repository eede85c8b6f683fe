#include "record/queue.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

namespace zenws::record {

namespace {

// Waiting: the loop is faster than the writer.
constexpr std::size_t much = 8;  // large chunks

}  // namespace

bool Queue::add(const Frame& frame) {
  if (frame.dir == Direction::in) return add_checked(in_, frame, 0);
  const std::lock_guard lock{out_lock_};
  return add_checked(out_, frame, in_.added());
}

bool Queue::add_checked(FrameQueue& queue, const Frame& frame, std::uint64_t after) {
  if (waiting_bytes() + FrameQueue::bytes_of(frame.payload.size()) > limit_) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  queue.add(frame, after);
  return wakes(in_.added() + out_.added());
}

// Once; then not until the writer has begun a round.
bool Queue::wakes(std::uint64_t added) noexcept {
  std::uint64_t from = wake_from_.load(std::memory_order_relaxed);
  while (added >= from) {
    if (wake_from_.compare_exchange_weak(from, std::numeric_limits<std::uint64_t>::max(), std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

void Queue::begin_round() {
  wake_from_.store(in_.added() + out_.added() + wake_at, std::memory_order_relaxed);
  // In this order: whatever had to be sent before one of those came in is among those that went out.
  in_until_ = in_.added();
  out_until_ = out_.added();
}

std::optional<Frame> Queue::pop() noexcept {
  FrameQueue* from = nullptr;
  if (out_.popped() < out_until_ && out_.next_after() <= in_.popped()) {
    from = &out_;
  } else if (in_.popped() < in_until_) {
    from = &in_;
  } else {
    return std::nullopt;  // also when one is left that went out behind what came in meanwhile
  }
  const Frame frame = from->pop();
  popped_bytes_ += FrameQueue::bytes_of(frame.payload.size());
  return frame;
}

void Queue::hold(std::size_t bytes) noexcept {
  in_.done();
  out_.done();
  gone_.store(popped_bytes_ - bytes, std::memory_order_release);
}

std::uint64_t Queue::take_dropped() noexcept {
  const std::uint64_t now = dropped();
  return now - std::exchange(told_dropped_, now);
}

// As much as waits: while the writer has no turn, no more than that comes as a rule.
void Queue::make_ahead() {
  const std::size_t waiting = waiting_bytes() / ChunkPool::largest;
  if (waiting >= much) chunks_.make_ahead(std::min(waiting, ChunkPool::most_spare));
}

void Queue::trim() {
  if (waiting_bytes() / ChunkPool::largest < much) chunks_.trim();
}

std::uint64_t Queue::waiting_bytes() const noexcept {
  const std::uint64_t gone = gone_.load(std::memory_order_acquire);
  return in_.bytes() + out_.bytes() - gone;
}

}  // namespace zenws::record
