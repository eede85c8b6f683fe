// Lines come out whole and in order however the bytes arrive, and are bounded.
#include "console/line_reader.hpp"

#include <array>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using Condition = LineReader::Condition;

// A pipe whose writing end is the test's.
class LineReaderTest : public ::testing::Test {
 protected:
  LineReaderTest() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~LineReaderTest() override {
    end();
    ::close(ends_[0]);
  }
  void write(std::string_view text) const {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  static std::vector<std::string> take_all(LineReader& reader) {
    std::vector<std::string> lines;
    while (const auto line = reader.front()) {
      lines.emplace_back(*line);
      reader.drop_front();
    }
    return lines;
  }
  [[nodiscard]] int source() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_{};
};
using Lines = std::vector<std::string>;

TEST_F(LineReaderTest, gives_whole_lines_and_keeps_the_rest) {
  LineReader reader{source(), 100};
  write("one\n\nthr");
  reader.read_some();
  EXPECT_EQ(take_all(reader), (Lines{"one", ""}));
  write("ee\n");
  reader.read_some();
  EXPECT_EQ(take_all(reader), (Lines{"three"}));
  EXPECT_EQ(reader.line_number(), 3U);
}

TEST_F(LineReaderTest, gives_the_same_lines_byte_by_byte) {
  LineReader reader{source(), 100};
  Lines lines;
  for (const char c : std::string{"ab\n\ncd\n"}) {
    write({&c, 1});
    reader.read_some();
    for (auto& line : take_all(reader)) lines.push_back(line);
  }
  EXPECT_EQ(lines, (Lines{"ab", "", "cd"}));
}

TEST_F(LineReaderTest, needs_no_newline_behind_the_last_line) {
  LineReader reader{source(), 100};
  write("one\ntwo");
  end();
  reader.read_some();
  EXPECT_EQ(take_all(reader), (Lines{"one"}));
  reader.read_some();
  EXPECT_EQ(reader.condition(), Condition::at_end);
  EXPECT_EQ(take_all(reader), (Lines{"two"}));
}

TEST_F(LineReaderTest, sees_no_line_behind_the_last_newline) {
  LineReader reader{source(), 100};
  write("one\n");
  end();
  reader.read_some();
  reader.read_some();
  EXPECT_EQ(reader.condition(), Condition::at_end);
  EXPECT_EQ(take_all(reader), (Lines{"one"}));
}

TEST_F(LineReaderTest, keeps_the_front_line_while_it_reads_on) {
  LineReader reader{source(), 100};
  write("one\ntwo\n");
  reader.read_some();
  reader.drop_front();
  write("three\n");
  reader.read_some();
  EXPECT_EQ(take_all(reader), (Lines{"two", "three"}));
}

TEST_F(LineReaderTest, refuses_a_line_that_is_too_long_also_before_it_ends) {
  LineReader reader{source(), 4};
  write("1234\n12345");
  reader.read_some();
  EXPECT_EQ(reader.front(), "1234");
  reader.drop_front();
  EXPECT_EQ(reader.front(), std::nullopt);
  EXPECT_EQ(reader.condition(), Condition::line_too_long);
}

TEST_F(LineReaderTest, tells_when_reading_fails) {
  LineReader reader{-1, 4};
  reader.read_some();
  EXPECT_EQ(reader.condition(), Condition::failed);
}

}  // namespace
}  // namespace zenws::program
