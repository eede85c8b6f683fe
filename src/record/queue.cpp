// See queue.hpp.
#include "record/queue.hpp"

#include <cstring>

namespace zenws::record {

namespace {

struct Header {
  TimePoint at;
  std::uint64_t epoch;
  std::uint64_t size;
  Direction dir;
  Type type;
};

}  // namespace

bool Queue::add(TimePoint at, std::uint64_t epoch, Direction dir, Type type, std::span<const std::byte> payload) {
  const std::lock_guard lock{mutex_};
  const std::size_t size = sizeof(Header) + payload.size();
  if (waiting_.size() + held_ + size > limit_) {
    ++dropped_;
    dropped_in_all_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  const Header header{at, epoch, payload.size(), dir, type};
  const std::span<std::byte> room = waiting_.extend(size);
  std::memcpy(room.data(), &header, sizeof header);
  if (!payload.empty()) std::memcpy(room.data() + sizeof header, payload.data(), payload.size());
  bytes_.store(waiting_.size() + held_, std::memory_order_relaxed);
  return ++frames_ == wake_at;
}

Queue::Taken Queue::take(Buffer& frames) {
  const std::lock_guard lock{mutex_};
  frames.swap(waiting_);
  const Taken taken{frames_, dropped_};
  frames_ = dropped_ = 0;
  held_ = frames.size();
  return taken;
}

void Queue::hold(std::size_t bytes) {
  const std::lock_guard lock{mutex_};
  held_ = bytes;
  bytes_.store(waiting_.size() + held_, std::memory_order_relaxed);
}

std::optional<Frame> Queue::pop(Buffer& frames) noexcept {
  if (frames.empty()) return std::nullopt;
  Header header;
  std::memcpy(&header, frames.data(), sizeof header);
  const std::span<const std::byte> payload{frames.data() + sizeof header, header.size};
  frames.consume(sizeof header + header.size);
  return Frame{header.at, header.dir, header.type, header.epoch, payload};
}

}  // namespace zenws::record
