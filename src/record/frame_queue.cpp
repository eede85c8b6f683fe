#include "record/frame_queue.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace zenws::record {

namespace {

constexpr std::size_t far_ahead = 1024;
constexpr std::size_t line_size = 64;

}  // namespace

FrameQueue::~FrameQueue() {
  while (popped_ < added()) static_cast<void>(pop());
  while (first_ != nullptr) first_ = std::move(first_->next);  // not each from within the one before
}

void FrameQueue::add(const Frame& frame, std::uint64_t after) {
  const std::size_t size = frame.payload.size();
  if (size > longest_inside) return add_apart(frame, after);
  std::byte* const room =
      put({frame.at, frame.epoch, after, static_cast<std::uint32_t>(size), frame.dir, frame.type, Place::here});
  if (size > 0) std::memcpy(room, frame.payload.data(), size);
  publish(bytes_of(size));
}

void FrameQueue::add_apart(const Frame& frame, std::uint64_t after) {
  auto own = std::make_unique_for_overwrite<std::byte[]>(frame.payload.size());
  const Apart apart{own.get(), frame.payload.size()};
  std::memcpy(apart.bytes, frame.payload.data(), apart.size);
  std::byte* const room = put({frame.at, frame.epoch, after, sizeof apart, frame.dir, frame.type, Place::apart});
  std::memcpy(room, &apart, sizeof apart);
  static_cast<void>(own.release());  // pop() takes it
  publish(bytes_of(apart.size));
}

// The memory was in the reader's hands last: a copy would wait for each of its lines to come over. Asked for some
// frames early they are there in time.
inline void FrameQueue::fetch_ahead(std::size_t size) const noexcept {
  if (static_cast<std::size_t>(end_ - at_) < far_ahead + size) return;
  for (std::size_t line = 0; line < size; line += line_size) __builtin_prefetch(at_ + far_ahead + line, 1);
}

// Returns where goes what follows.
inline std::byte* FrameQueue::put(const Header& header) {
  const std::size_t size = size_of(header);
  if (static_cast<std::size_t>(end_ - at_) < size) make_room(size);
  fetch_ahead(size);
  ::new (at_) Header{header};
  return std::exchange(at_, at_ + size) + sizeof header;
}

inline void FrameQueue::publish(std::size_t counts) noexcept {
  bytes_.store(bytes_.load(std::memory_order_relaxed) + counts, std::memory_order_relaxed);
  added_.store(added_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void FrameQueue::make_room(std::size_t size) {
  if (last_ != nullptr && begin_again(size)) return;
  std::size_t capacity = last_ == nullptr ? ChunkPool::smallest : std::min(2 * last_->capacity, ChunkPool::largest);
  while (capacity < size + sizeof(Header)) capacity *= 2;
  std::unique_ptr<Chunk> chunk = chunks_.take(capacity);
  Chunk* const added = chunk.get();
  if (last_ == nullptr) {
    first_ = std::move(chunk);
    read_ = added->bytes.get();
  } else {
    last_->next = std::move(chunk);
    mark(Place::further);
  }
  last_ = added;
  at_ = added->bytes.get();
  end_ = at_ + added->capacity - sizeof(Header);
}

// True: there is room in the same chunk, since all that was in it is done with, its last mark too.
bool FrameQueue::begin_again(std::size_t size) noexcept {
  if (done_.load(std::memory_order_acquire) != added_.load(std::memory_order_relaxed)) return false;
  end_ = last_->bytes.get() + last_->capacity - sizeof(Header);
  if (static_cast<std::size_t>(end_ - at_) >= size) return true;
  std::byte* const begin = last_->bytes.get();
  if (static_cast<std::size_t>(at_ - begin) < size + sizeof(Header)) return false;
  mark(Place::again);
  end_ = at_ - sizeof(Header);  // the mark is not read yet
  at_ = begin;
  return true;
}

void FrameQueue::mark(Place place) noexcept { ::new (at_) Header{.place = place}; }

const FrameQueue::Header& FrameQueue::next() noexcept {
  for (;;) {
    const Header& header = *std::launder(reinterpret_cast<const Header*>(read_));
    if (header.place == Place::here || header.place == Place::apart) return header;
    if (header.place == Place::further) chunks_.give_back(std::exchange(first_, std::move(first_->next)));
    read_ = first_->bytes.get();
  }
}

Frame FrameQueue::pop() noexcept {
  apart_.reset();
  const Header& header = next();
  std::span<const std::byte> payload{read_ + sizeof header, header.follows};
  read_ += size_of(header);
  if (header.place == Place::apart) {
    Apart apart;
    std::memcpy(&apart, payload.data(), sizeof apart);
    apart_.reset(apart.bytes);
    payload = {apart.bytes, apart.size};
  }
  ++popped_;
  return {header.at, header.dir, header.type, header.epoch, payload};
}

void FrameQueue::done() noexcept {
  apart_.reset();
  done_.store(popped_, std::memory_order_release);
}

}  // namespace zenws::record
