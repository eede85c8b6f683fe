// The logger: silent by default, one line at a time, and never in the way.
#include "base/logger.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws {
namespace {

using testing::ElementsAre;
using testing::Pair;

class LoggerTest : public testing::Test {
 protected:
  ~LoggerTest() override { set_logger({}); }
};

TEST_F(LoggerTest, is_silent_by_default) {
  EXPECT_FALSE(has_logger());
  write_log(LogLevel::error, "nobody hears this");
}

TEST_F(LoggerTest, receives_level_and_line) {
  std::vector<std::pair<LogLevel, std::string>> lines;
  set_logger([&lines](LogLevel level, std::string_view line) { lines.emplace_back(level, line); });
  EXPECT_TRUE(has_logger());
  write_log(LogLevel::info, "one");
  write_log(LogLevel::error, "two");
  EXPECT_THAT(lines, ElementsAre(Pair(LogLevel::info, "one"), Pair(LogLevel::error, "two")));
}

TEST_F(LoggerTest, is_silenced_by_an_empty_one) {
  int lines = 0;
  set_logger([&lines](LogLevel, std::string_view) { ++lines; });
  set_logger({});
  EXPECT_FALSE(has_logger());
  write_log(LogLevel::info, "nobody hears this");
  EXPECT_EQ(lines, 0);
}

TEST_F(LoggerTest, may_throw_and_is_called_again) {
  int lines = 0;
  set_logger([&lines](LogLevel, std::string_view) {
    ++lines;
    throw std::runtime_error{"disk full"};
  });
  write_log(LogLevel::info, "one");
  write_log(LogLevel::info, "two");
  EXPECT_EQ(lines, 2);
}

TEST_F(LoggerTest, may_cause_lines_itself_which_are_dropped) {
  std::vector<std::string> lines;
  set_logger([&lines](LogLevel level, std::string_view line) {
    lines.emplace_back(line);
    write_log(level, "from inside");
  });
  write_log(LogLevel::info, "from outside");
  EXPECT_THAT(lines, ElementsAre("from outside"));
}

TEST_F(LoggerTest, is_called_one_line_at_a_time_from_many_threads) {
  int lines = 0;  // not atomic: ThreadSanitizer tells when two calls overlap
  set_logger([&lines](LogLevel, std::string_view) { ++lines; });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 1000; ++i) write_log(LogLevel::debug, "line");
      });
    }
  }
  EXPECT_EQ(lines, 4000);
}

TEST_F(LoggerTest, may_be_replaced_while_others_write) {
  std::atomic<bool> stop{false};
  std::jthread writer{[&stop] {
    while (!stop.load()) write_log(LogLevel::debug, "line");
  }};
  for (int i = 0; i < 200; ++i) {
    set_logger([text = std::string(64, 'x')](LogLevel, std::string_view) { EXPECT_EQ(text.size(), 64U); });
    set_logger({});
  }
  stop = true;
}

TEST(LogLevels, have_names) {
  EXPECT_EQ(to_string(LogLevel::debug), "debug");
  EXPECT_EQ(to_string(LogLevel::info), "info");
  EXPECT_EQ(to_string(LogLevel::warning), "warning");
  EXPECT_EQ(to_string(LogLevel::error), "error");
}

}  // namespace
}  // namespace zenws
