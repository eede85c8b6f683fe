// What is put in comes out, in order, and never more than the limit waits.
#include "record/queue.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace zenws::record {
namespace {

bool add(Queue& queue, std::string_view text) {
  return queue.add(TimePoint{}, 1, Direction::out, Type::text, as_bytes(text));
}

std::vector<std::string> texts(Buffer& frames) {
  std::vector<std::string> all;
  while (const auto frame = Queue::pop(frames)) all.emplace_back(as_text(frame->payload));
  return all;
}

TEST(RecordQueue, gives_frames_back_in_order) {
  Queue queue{1000};
  EXPECT_FALSE(queue.add(TimePoint{} + std::chrono::seconds{5}, 3, Direction::in, Type::ping, as_bytes("x")));
  EXPECT_FALSE(add(queue, ""));
  Buffer frames;
  EXPECT_EQ(queue.take(frames).frames, 2U);
  const auto first = Queue::pop(frames);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->at, TimePoint{} + std::chrono::seconds{5});
  EXPECT_EQ(first->epoch, 3U);
  EXPECT_EQ(first->type, Type::ping);
  EXPECT_EQ(as_text(first->payload), "x");
  EXPECT_EQ(texts(frames), std::vector<std::string>{""});
}

TEST(RecordQueue, drops_and_counts_what_does_not_fit) {
  Queue queue{200};
  for (int i = 0; i < 10; ++i) (void)add(queue, std::string(60, 'x'));
  EXPECT_LE(queue.waiting_bytes(), 200U);
  (void)add(queue, std::string(1000, 'x'));
  Buffer frames;
  const Queue::Taken taken = queue.take(frames);
  EXPECT_EQ(taken.frames + taken.dropped, 11U);
  EXPECT_GT(taken.frames, 0U);
  EXPECT_EQ(queue.dropped(), taken.dropped);
  Buffer more;
  EXPECT_EQ(queue.take(more).dropped, 0U);
}

TEST(RecordQueue, counts_what_was_taken_until_it_is_written) {
  Queue queue{200};
  (void)add(queue, std::string(150, 'x'));
  Buffer frames;
  (void)queue.take(frames);
  (void)add(queue, std::string(150, 'y'));
  EXPECT_EQ(queue.dropped(), 1U);
  queue.hold(0);
  EXPECT_EQ(queue.waiting_bytes(), 0U);
  (void)add(queue, std::string(150, 'z'));
  EXPECT_EQ(queue.dropped(), 1U);
}

TEST(RecordQueue, wakes_the_writer_once_for_each_hundred_that_it_lets_pile_up) {
  Queue queue{1 << 20};
  int wakes = 0;
  for (int i = 0; i < 1000; ++i) wakes += add(queue, "x") ? 1 : 0;
  EXPECT_EQ(wakes, 1);
  Buffer frames;
  (void)queue.take(frames);
  for (int i = 0; i < 100; ++i) wakes += add(queue, "x") ? 1 : 0;
  EXPECT_EQ(wakes, 2);
}

TEST(RecordQueue, loses_nothing_between_threads) {
  Queue queue{64 << 20};
  const auto fill = [&] {
    for (int i = 0; i < 5000; ++i) (void)add(queue, std::to_string(i));
  };
  std::thread one{fill};
  std::thread two{fill};
  std::uint64_t taken = 0;
  Buffer frames;
  while (taken < 10'000) {
    taken += queue.take(frames).frames;
    while (Queue::pop(frames)) {
    }
    queue.hold(0);
  }
  one.join();
  two.join();
  EXPECT_EQ(taken, 10'000U);
}

}  // namespace
}  // namespace zenws::record
