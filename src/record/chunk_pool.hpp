// Memory for the frames that wait, in pieces that go round: who reads one empty gives it to who fills the next.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace zenws::record {

struct Chunk {
  explicit Chunk(std::size_t size) : capacity{size}, bytes{std::make_unique_for_overwrite<std::byte[]>(size)} {}

  const std::size_t capacity;
  const std::unique_ptr<std::byte[]> bytes;
  std::unique_ptr<Chunk> next;  // in its chain
};

// Threads: any.
class ChunkPool {
 public:
  static constexpr std::size_t smallest = std::size_t{4} << 10U;
  static constexpr std::size_t largest = std::size_t{64} << 10U;
  // Kept while there is much to do, and while there is little.
  static constexpr std::size_t most_spare = 256;
  static constexpr std::size_t few_spare = 2;

  // A spare one, that which was given last, whose memory is warm; a new one when there is none.
  [[nodiscard]] std::unique_ptr<Chunk> take(std::size_t capacity);
  void give_back(std::unique_ptr<Chunk> chunk);
  // Sees to it that so many are spare, new ones with memory that the kernel has given already, which is what costs
  // most. Requires: count <= most_spare.
  void make_ahead(std::size_t count);
  // Keeps few.
  void trim();

  [[nodiscard]] std::size_t spare() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Chunk>> spare_;
};

}  // namespace zenws::record
