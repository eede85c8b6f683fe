#include "record/chunk_pool.hpp"

#include <iterator>
#include <utility>

namespace zenws::record {

namespace {

constexpr std::size_t page = 4096;

void touch(const Chunk& chunk) noexcept {
  for (std::size_t at = 0; at < chunk.capacity; at += page) chunk.bytes[at] = std::byte{0};
}

}  // namespace

std::unique_ptr<Chunk> ChunkPool::take(std::size_t capacity) {
  std::vector<std::unique_ptr<Chunk>> too_small;  // freed without the mutex
  {
    const std::lock_guard lock{mutex_};
    while (!spare_.empty()) {
      std::unique_ptr<Chunk> chunk = std::move(spare_.back());
      spare_.pop_back();
      if (chunk->capacity >= capacity) return chunk;
      too_small.push_back(std::move(chunk));
    }
  }
  return std::make_unique<Chunk>(capacity);
}

void ChunkPool::give_back(std::unique_ptr<Chunk> chunk) {
  const std::lock_guard lock{mutex_};
  if (spare_.size() < most_spare) spare_.push_back(std::move(chunk));
}

void ChunkPool::make_ahead(std::size_t count) {
  while (spare() < count) {
    auto chunk = std::make_unique<Chunk>(largest);
    touch(*chunk);
    const std::lock_guard lock{mutex_};
    spare_.insert(spare_.begin(), std::move(chunk));
  }
}

void ChunkPool::trim() {
  std::vector<std::unique_ptr<Chunk>> freed;  // without the mutex
  const std::lock_guard lock{mutex_};
  if (spare_.size() <= few_spare) return;
  const auto kept = spare_.end() - few_spare;
  freed.assign(std::make_move_iterator(spare_.begin()), std::make_move_iterator(kept));
  spare_.erase(spare_.begin(), kept);
}

std::size_t ChunkPool::spare() const {
  const std::lock_guard lock{mutex_};
  return spare_.size();
}

}  // namespace zenws::record
