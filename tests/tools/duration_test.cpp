// Which texts are time spans, and how measured times read.
#include "console/duration.hpp"

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;

TEST(Duration, is_a_number_with_its_unit) {
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("10s"), 10s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
  EXPECT_EQ(parse_duration("8760h"), 24h * 365);
}

TEST(Duration, is_nothing_else) {
  for (const char* const text : {"", "10", "s", "10 s", " 10s", "10s ", "10S", "-1s", "-0s", "+1s", "1e3s", "0x10s",
                                 "infs", "nans", "1d", "10s5", "8761h", "99999999999999999999999h"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Duration, is_shown_in_the_unit_that_reads_best) {
  EXPECT_EQ(show_duration(0ns), "0 µs");
  EXPECT_EQ(show_duration(87us), "87 µs");
  EXPECT_EQ(show_duration(999'600ns), "1 ms");
  EXPECT_EQ(show_duration(1250us), "1.25 ms");
  EXPECT_EQ(show_duration(46ms), "46 ms");
  EXPECT_EQ(show_duration(3s), "3.00 s");
}

}  // namespace
}  // namespace zenws::program
