// What is put in comes out, in one order for both directions, and never more than the limit waits.
#include "record/queue.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace zenws::record {
namespace {

using enum Direction;

bool add(Queue& queue, std::string_view text, Direction dir = out) {
  return queue.add({.dir = dir, .epoch = 1, .payload = as_bytes(text)});
}

std::vector<std::string> rest_of_round(Queue& queue) {
  std::vector<std::string> all;
  while (const auto frame = queue.pop()) all.emplace_back(as_text(frame->payload));
  return all;
}

std::vector<std::string> round(Queue& queue) {
  queue.begin_round();
  std::vector<std::string> all = rest_of_round(queue);
  queue.hold(0);
  return all;
}

TEST(RecordQueue, gives_frames_back_as_they_were) {
  Queue queue{1000};
  EXPECT_FALSE(queue.add({TimePoint{} + std::chrono::seconds{5}, in, Type::ping, 3, as_bytes("x")}));
  EXPECT_FALSE(add(queue, ""));
  queue.begin_round();
  const auto first = queue.pop();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->at, TimePoint{} + std::chrono::seconds{5});
  EXPECT_EQ(first->dir, in);
  EXPECT_EQ(first->epoch, 3U);
  EXPECT_EQ(first->type, Type::ping);
  EXPECT_EQ(as_text(first->payload), "x");
  EXPECT_EQ(rest_of_round(queue), std::vector<std::string>{""});
}

TEST(RecordQueue, keeps_both_directions_in_the_order_in_which_they_were_added) {
  Queue queue{10'000};
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    expected.push_back(std::to_string(i));
    (void)add(queue, expected.back(), i % 7 == 0 || i % 5 == 0 ? out : in);
  }
  EXPECT_EQ(round(queue), expected);
}

TEST(RecordQueue, gives_in_a_round_what_was_there_at_its_beginning) {
  Queue queue{10'000};
  (void)add(queue, "one", in);
  (void)add(queue, "two");
  queue.begin_round();
  (void)add(queue, "three", in);
  (void)add(queue, "four");
  EXPECT_EQ(rest_of_round(queue), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(round(queue), (std::vector<std::string>{"three", "four"}));
}

TEST(RecordQueue, goes_on_in_the_next_round_where_the_last_was_left) {
  Queue queue{10'000};
  for (const char* text : {"one", "two", "three"}) (void)add(queue, text, in);
  queue.begin_round();
  EXPECT_EQ(as_text(queue.pop()->payload), "one");
  queue.hold(0);
  EXPECT_EQ(round(queue), (std::vector<std::string>{"two", "three"}));
}

TEST(RecordQueue, drops_and_counts_what_does_not_fit) {
  for (const Direction dir : {in, out}) {
    Queue queue{200};
    for (int i = 0; i < 10; ++i) (void)add(queue, std::string(60, 'x'), dir);
    EXPECT_LE(queue.waiting_bytes(), 200U);
    (void)add(queue, std::string(1000, 'x'), dir);
    const std::uint64_t dropped = queue.take_dropped();
    const std::size_t kept = round(queue).size();
    EXPECT_EQ(kept + dropped, 11U);
    EXPECT_GT(kept, 0U);
    EXPECT_EQ(queue.dropped(), dropped);
    EXPECT_EQ(queue.take_dropped(), 0U);
  }
}

TEST(RecordQueue, has_one_limit_for_both_directions) {
  Queue queue{200};
  (void)add(queue, std::string(150, 'x'), in);
  (void)add(queue, std::string(150, 'x'), out);
  EXPECT_EQ(queue.dropped(), 1U);
}

TEST(RecordQueue, counts_what_was_popped_until_it_is_written) {
  Queue queue{200};
  (void)add(queue, std::string(150, 'x'));
  queue.begin_round();
  EXPECT_EQ(rest_of_round(queue).size(), 1U);
  (void)add(queue, std::string(150, 'y'));
  EXPECT_EQ(queue.dropped(), 1U);
  queue.hold(190);  // as a line it is longer
  EXPECT_EQ(queue.waiting_bytes(), 190U);
  (void)add(queue, std::string(150, 'y'));
  EXPECT_EQ(queue.dropped(), 2U);
  queue.hold(0);
  EXPECT_EQ(queue.waiting_bytes(), 0U);
  (void)add(queue, std::string(150, 'z'));
  EXPECT_EQ(queue.dropped(), 2U);
}

TEST(RecordQueue, wakes_the_writer_once_for_each_hundred_that_it_lets_pile_up) {
  Queue queue{1 << 20};
  int wakes = 0;
  for (int i = 0; i < 1000; ++i) wakes += add(queue, "x", i % 2 == 0 ? in : out) ? 1 : 0;
  EXPECT_EQ(wakes, 1);
  (void)round(queue);
  for (int i = 0; i < 99; ++i) wakes += add(queue, "x", in) ? 1 : 0;
  EXPECT_EQ(wakes, 1);
  wakes += add(queue, "x") ? 1 : 0;
  EXPECT_EQ(wakes, 2);
}

TEST(RecordQueue, loses_nothing_of_several_who_send) {
  Queue queue{64 << 20};
  const auto fill = [&] {
    for (int i = 0; i < 5000; ++i) (void)add(queue, std::to_string(i));
  };
  std::thread one{fill};
  std::thread two{fill};
  std::size_t taken = 0;
  while (taken < 10'000) taken += round(queue).size();
  one.join();
  two.join();
  EXPECT_EQ(taken, 10'000U);
}

// One thread asks, another answers: whenever the writer looks, no answer is without its question or in front of it.
TEST(RecordQueue, puts_no_answer_before_its_question) {
  constexpr int pairs = 3000;
  Queue queue{64 << 20};
  std::atomic<int> asked{0};
  std::atomic<int> answered{0};
  std::thread asks{[&] {
    for (int i = 1; i <= pairs; ++i) {
      (void)add(queue, std::to_string(i), out);
      asked = i;
      while (i % 3 == 0 && answered < i) std::this_thread::yield();  // and now and then waits for the answer
    }
  }};
  std::thread answers{[&] {
    for (int i = 1; i <= pairs; ++i) {
      while (asked < i) std::this_thread::yield();
      (void)add(queue, "-" + std::to_string(i), in);
      answered = i;
    }
  }};
  int questions_seen = 0;
  int answers_seen = 0;
  while (answers_seen < pairs) {
    std::this_thread::yield();
    for (const std::string& text : round(queue)) {
      const int number = std::stoi(text);
      if (number > 0) {
        EXPECT_EQ(number, ++questions_seen);
        EXPECT_GE(answers_seen, (number - 1) / 3 * 3);
      } else {
        EXPECT_EQ(-number, ++answers_seen);
        EXPECT_LE(answers_seen, questions_seen);
      }
    }
  }
  asks.join();
  answers.join();
}

}  // namespace
}  // namespace zenws::record
