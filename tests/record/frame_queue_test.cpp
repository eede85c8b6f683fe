// Frames arrive whole and in order, whatever their sizes do to the chunks' edges.
#include "record/frame_queue.hpp"

#include <deque>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace zenws::record {
namespace {

struct RecordChain : ::testing::Test {
  ChunkPool chunks;
  FrameQueue queue{chunks};
  std::deque<std::string> expected;
  std::uint64_t number = 0;

  void add(std::size_t size) {
    expected.emplace_back(size, static_cast<char>('a' + number % 26));
    queue.add({.epoch = number, .payload = as_bytes(expected.back())}, number + 7);
    ++number;
  }
  void pop() {
    ASSERT_LT(queue.popped(), queue.added());
    EXPECT_EQ(queue.next_after(), queue.popped() + 7);
    const std::uint64_t epoch = queue.popped();
    const Frame frame = queue.pop();
    EXPECT_EQ(frame.epoch, epoch);
    ASSERT_EQ(as_text(frame.payload), expected.front());
    expected.pop_front();
  }
  void pop_all() {
    while (queue.popped() < queue.added()) ASSERT_NO_FATAL_FAILURE(pop());
    queue.done();
  }
};

TEST_F(RecordChain, gives_frames_of_every_size_around_a_chunks_edges) {
  for (const std::size_t edge : {ChunkPool::smallest, FrameQueue::longest_inside, ChunkPool::largest}) {
    for (std::size_t size = edge - 80; size < edge + 80; ++size) {
      add(size);
      add(size % 9);
      if (size % 3 == 0) {
        ASSERT_NO_FATAL_FAILURE(pop_all());
      }
    }
  }
  ASSERT_NO_FATAL_FAILURE(pop_all());
}

TEST_F(RecordChain, fills_a_chunk_to_every_distance_from_its_end) {
  for (std::size_t rest = 0; rest < 200; ++rest) {
    FrameQueue own{chunks};
    for (const std::size_t size :
         {ChunkPool::smallest - 200 + rest, std::size_t{0}, std::size_t{1}, std::size_t{100}}) {
      const std::string text(size, 'x');
      own.add({.payload = as_bytes(text)}, 0);
    }
    EXPECT_EQ(own.pop().payload.size(), ChunkPool::smallest - 200 + rest);
    EXPECT_EQ(own.pop().payload.size(), 0U);
    EXPECT_EQ(own.pop().payload.size(), 1U);
    EXPECT_EQ(own.pop().payload.size(), 100U);
  }
}

TEST_F(RecordChain, stays_in_one_chunk_as_long_as_its_reader_keeps_up) {
  for (int i = 0; i < 10'000; ++i) {
    add(static_cast<std::size_t>(i) % 300);
    ASSERT_NO_FATAL_FAILURE(pop_all());
  }
  EXPECT_EQ(chunks.spare(), 0U);
}

TEST_F(RecordChain, overwrites_nothing_that_is_looked_at) {
  add(1000);
  const Frame frame = queue.pop();
  for (int i = 0; i < 20; ++i) add(1000);
  EXPECT_EQ(as_text(frame.payload), expected.front());
  expected.pop_front();
  ASSERT_NO_FATAL_FAILURE(pop_all());
}

TEST_F(RecordChain, gives_its_chunks_back) {
  for (int i = 0; i < 1000; ++i) add(1000);
  EXPECT_EQ(chunks.spare(), 0U);
  ASSERT_NO_FATAL_FAILURE(pop_all());
  const std::size_t spare = chunks.spare();
  EXPECT_GT(spare, 10U);
  for (int i = 0; i < 1000; ++i) add(1000);
  EXPECT_LT(chunks.spare(), spare);
  ASSERT_NO_FATAL_FAILURE(pop_all());
}

TEST_F(RecordChain, ends_with_frames_in_it) {
  for (int i = 0; i < 1000; ++i) add(1000);
  add(FrameQueue::longest_inside + 1);
  ASSERT_NO_FATAL_FAILURE(pop());
}

TEST_F(RecordChain, counts_bytes_wherever_they_are) {
  add(10);
  add(1'000'000);
  EXPECT_EQ(queue.bytes(), FrameQueue::bytes_of(10) + FrameQueue::bytes_of(1'000'000));
}

TEST_F(RecordChain, survives_any_sizes_and_any_reader) {
  std::mt19937 random{5};
  for (int i = 0; i < 50'000; ++i) {
    const std::size_t largest = random() % 50 == 0 ? 2 * FrameQueue::longest_inside : 400;
    if (random() % 2 == 0) add(random() % largest);
    if (random() % 2 == 0 && queue.popped() < queue.added()) {
      ASSERT_NO_FATAL_FAILURE(pop());
    }
    if (random() % 10 == 0) queue.done();
    if (random() % 5000 == 0) {
      ASSERT_NO_FATAL_FAILURE(pop_all());
    }
  }
  ASSERT_NO_FATAL_FAILURE(pop_all());
}

TEST(RecordChainOfTwoThreads, loses_nothing) {
  constexpr std::uint64_t frames = 100'000;
  ChunkPool chunks;
  FrameQueue queue{chunks};
  const auto text_of = [](std::uint64_t i) { return std::string(i % 311, static_cast<char>('a' + i % 26)); };
  std::thread adds{[&] {
    for (std::uint64_t i = 0; i < frames; ++i) {
      const std::string text = text_of(i);
      queue.add({.epoch = i, .payload = as_bytes(text)}, 0);
    }
  }};
  while (queue.popped() < frames) {
    for (const std::uint64_t until = queue.added(); queue.popped() < until;) {
      const std::uint64_t i = queue.popped();
      const Frame frame = queue.pop();
      EXPECT_EQ(frame.epoch, i);
      EXPECT_EQ(as_text(frame.payload), text_of(i));
    }
    queue.done();
  }
  adds.join();
}

}  // namespace
}  // namespace zenws::record
