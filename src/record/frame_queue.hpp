// Frames on their way from one thread to another, which never wait for each other: what is added is a copy in a chunk
// of memory and then one number. When a chunk is full the queue goes on in the same one, if all of it was read, or in
// another.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/clock.hpp"
#include "record/chunk_pool.hpp"
#include "record/frame.hpp"

namespace zenws::record {

// Threads: one at a time adds, one at a time reads, added() and bytes() any.
class FrameQueue {
 public:
  // A payload that is longer has memory of its own.
  static constexpr std::size_t longest_inside = ChunkPool::largest / 4;

  // Requires: `chunks` outlives it.
  explicit FrameQueue(ChunkPool& chunks) noexcept : chunks_{chunks} {}
  ~FrameQueue();
  FrameQueue(const FrameQueue&) = delete;
  FrameQueue& operator=(const FrameQueue&) = delete;

  // What a frame counts for.
  [[nodiscard]] static constexpr std::size_t bytes_of(std::size_t payload) noexcept { return sizeof(Header) + payload; }

  // Who adds. Copies the frame. `after`: a number to go with it.
  void add(const Frame& frame, std::uint64_t after);

  [[nodiscard]] std::uint64_t added() const noexcept { return added_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

  // Who reads. Requires of next_after() and pop(): popped() < added(), as it has read it.
  [[nodiscard]] std::uint64_t popped() const noexcept { return popped_; }
  [[nodiscard]] std::uint64_t next_after() noexcept { return next().after; }
  // Its payload lives until the next call.
  [[nodiscard]] Frame pop() noexcept;
  // Nothing that was popped is looked at any more.
  void done() noexcept;

 private:
  enum class Place : std::uint8_t {
    here,    // the payload follows
    apart,   // Apart follows
    again,   // no frame: goes on at this chunk's beginning
    further  // no frame: goes on in the next chunk
  };
  struct Header {
    TimePoint at = {};
    std::uint64_t epoch = 0;
    std::uint64_t after = 0;
    std::uint32_t follows = 0;  // so many bytes
    Direction dir = Direction::in;
    Type type = Type::text;
    Place place = Place::here;
  };
  // With padding, which keeps headers where they can be read in place.
  [[nodiscard]] static constexpr std::size_t size_of(const Header& header) noexcept {
    return sizeof header + (header.follows + alignof(Header) - 1) / alignof(Header) * alignof(Header);
  }
  struct Apart {
    std::byte* bytes;
    std::size_t size;
  };

  // Who adds.
  void add_apart(const Frame& frame, std::uint64_t after);
  void fetch_ahead(std::size_t size) const noexcept;
  [[nodiscard]] std::byte* put(const Header& header);
  void publish(std::size_t counts) noexcept;
  void make_room(std::size_t size);
  [[nodiscard]] bool begin_again(std::size_t size) noexcept;
  void mark(Place place) noexcept;
  // Who reads.
  [[nodiscard]] const Header& next() noexcept;

  ChunkPool& chunks_;

  // Who adds. From `at_` to `end_` is free, and behind that room for a mark.
  alignas(64) std::byte* at_ = nullptr;
  std::byte* end_ = nullptr;
  Chunk* last_ = nullptr;
  std::atomic<std::uint64_t> added_{0};
  std::atomic<std::uint64_t> bytes_{0};

  // Who reads.
  alignas(64) std::unique_ptr<Chunk> first_;  // given by who adds, before the first frame
  const std::byte* read_ = nullptr;
  std::uint64_t popped_ = 0;
  std::unique_ptr<std::byte[]> apart_;  // the last frame's
  std::atomic<std::uint64_t> done_{0};
};

}  // namespace zenws::record
