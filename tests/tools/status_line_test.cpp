// What of a line fits into the terminal.
#include "console/status_line.hpp"

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

TEST(StatusLine, is_left_alone_when_it_fits) {
  EXPECT_EQ(cut_to_width("12345", 5), "12345");
  EXPECT_EQ(cut_to_width("87 µs", 5), "87 µs");
  EXPECT_EQ(cut_to_width("", 0), "");
}

TEST(StatusLine, is_cut_between_characters) {
  EXPECT_EQ(cut_to_width("123456", 5), "1234…");
  EXPECT_EQ(cut_to_width("µµµµ", 3), "µµ…");
  EXPECT_EQ(cut_to_width("123456", 1), "…");
  EXPECT_EQ(cut_to_width("123456", 0), "");
}

}  // namespace
}  // namespace zenws::program
