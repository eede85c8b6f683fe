// What the bar says.
#include "console/progress_bar.hpp"

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;

TEST(ProgressBar, tells_the_part_the_speed_and_what_is_left) {
  EXPECT_EQ(show_bar("day.jsonl", 500'000'000, 1'000'000'000, 2s),
            "day.jsonl  [###############---------------]  50 %, 250 MB/s, 2 s left");
}

TEST(ProgressBar, is_full_when_more_was_read_than_expected) {
  EXPECT_EQ(show_bar("x", 11, 10, 1s), "x  [##############################] 100 %, 11 B/s, 0 s left");
  EXPECT_EQ(show_bar("x", 0, 0, 0s), "x  [##############################] 100 %, 0 B/s, 0 s left");
}

}  // namespace
}  // namespace zenws::program
