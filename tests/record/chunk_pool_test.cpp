// Memory goes round, and not more of it is kept than is of use.
#include "record/chunk_pool.hpp"

#include <gtest/gtest.h>

namespace zenws::record {
namespace {

TEST(RecordChunks, gives_the_chunk_that_came_back_last) {
  ChunkPool chunks;
  auto first = chunks.take(ChunkPool::largest);
  auto second = chunks.take(ChunkPool::largest);
  const Chunk* const last = second.get();
  chunks.give_back(std::move(first));
  chunks.give_back(std::move(second));
  EXPECT_EQ(chunks.take(ChunkPool::largest).get(), last);
  EXPECT_EQ(chunks.spare(), 1U);
}

TEST(RecordChunks, does_not_give_what_is_too_small) {
  ChunkPool chunks;
  chunks.give_back(std::make_unique<Chunk>(ChunkPool::smallest));
  EXPECT_EQ(chunks.take(ChunkPool::largest)->capacity, ChunkPool::largest);
  EXPECT_EQ(chunks.spare(), 0U);
}

TEST(RecordChunks, keeps_a_bounded_number) {
  ChunkPool chunks;
  const Chunk* last = nullptr;
  for (std::size_t i = 0; i < ChunkPool::most_spare + 10; ++i) {
    auto chunk = std::make_unique<Chunk>(100);
    if (i < ChunkPool::most_spare) last = chunk.get();
    chunks.give_back(std::move(chunk));
  }
  EXPECT_EQ(chunks.spare(), ChunkPool::most_spare);
  chunks.trim();
  EXPECT_EQ(chunks.spare(), ChunkPool::few_spare);
  EXPECT_EQ(chunks.take(100).get(), last);
}

TEST(RecordChunks, makes_some_ahead_behind_those_that_are_warm) {
  ChunkPool chunks;
  auto warm = chunks.take(ChunkPool::largest);
  const Chunk* const expected = warm.get();
  chunks.give_back(std::move(warm));
  chunks.make_ahead(10);
  EXPECT_EQ(chunks.spare(), 10U);
  EXPECT_EQ(chunks.take(ChunkPool::largest).get(), expected);
  EXPECT_GE(chunks.take(ChunkPool::largest)->capacity, ChunkPool::largest);
}

}  // namespace
}  // namespace zenws::record
