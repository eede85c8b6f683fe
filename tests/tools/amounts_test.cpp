// How numbers read.
#include "console/amounts.hpp"

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

TEST(ByteCount, has_three_digits_and_the_unit_that_reads_best) {
  EXPECT_EQ(show_bytes(0), "0 B");
  EXPECT_EQ(show_bytes(999), "999 B");
  EXPECT_EQ(show_bytes(1000), "1.00 kB");
  EXPECT_EQ(show_bytes(12'345), "12.3 kB");
  EXPECT_EQ(show_bytes(123'456), "123 kB");
  EXPECT_EQ(show_bytes(10'000'000'000), "10.0 GB");
  EXPECT_EQ(show_bytes(18'446'744'073'709'551'615U), "18.4 EB");
}

TEST(ByteCount, changes_the_unit_before_a_fourth_digit) {
  EXPECT_EQ(show_bytes(9'996), "10.0 kB");
  EXPECT_EQ(show_bytes(99'950), "100 kB");
  EXPECT_EQ(show_bytes(999'499), "999 kB");
  EXPECT_EQ(show_bytes(999'500), "1.00 MB");
}

TEST(Grouped, has_a_comma_before_each_three_digits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

}  // namespace
}  // namespace zenws::program
