// How near the histogram's answers are.
#include "recordings/log_histogram.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

TEST(LogHistogram, of_nothing_is_nothing) {
  const LogHistogram none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(none.min(), 0U);
  EXPECT_EQ(none.max(), 0U);
  EXPECT_EQ(none.percentile(0.5), 0U);
}

TEST(LogHistogram, is_exact_for_small_values) {
  LogHistogram values;
  for (std::uint64_t i = 1; i <= 100; ++i) values.add(i);
  EXPECT_EQ(values.percentile(0), 1U);
  EXPECT_EQ(values.percentile(0.5), 50U);
  EXPECT_EQ(values.percentile(0.99), 99U);
  EXPECT_EQ(values.percentile(1), 100U);
  EXPECT_EQ(values.min(), 1U);
  EXPECT_EQ(values.max(), 100U);
}

TEST(LogHistogram, knows_one_value_exactly) {
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1} << 40U, UINT64_MAX - 1, UINT64_MAX}) {
    LogHistogram values;
    values.add(value);
    EXPECT_EQ(values.percentile(0.5), value);
    EXPECT_EQ(values.min(), value);
    EXPECT_EQ(values.max(), value);
  }
}

TEST(LogHistogram, is_at_most_a_sixty_fourth_above_any_percentile_and_never_below) {
  std::mt19937_64 random{7};  // NOLINT(cert-msc51-cpp): the same values each time
  std::vector<std::uint64_t> all;
  LogHistogram values;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    all.push_back(value);
    values.add(value);
  }
  std::ranges::sort(all);
  for (int permille = 1; permille <= 1000; ++permille) {
    const std::uint64_t exact = all[all.size() * static_cast<std::size_t>(permille) / 1000 - 1];
    const std::uint64_t told = values.percentile(permille / 1000.0);
    EXPECT_GE(told, exact) << permille;
    EXPECT_LE(told - exact, exact / 64) << permille;
  }
}

TEST(LogHistogram, counts_between_powers_of_two_exactly) {
  LogHistogram values;
  for (const std::uint64_t value : {0U, 1U, 127U, 128U, 255U, 256U, 1000U, 1024U}) values.add(value);
  EXPECT_EQ(values.between(0, 128), 3U);
  EXPECT_EQ(values.between(128, 256), 2U);
  EXPECT_EQ(values.between(256, 1024), 2U);
  EXPECT_EQ(values.between(1024, UINT64_MAX), 1U);
  EXPECT_EQ(values.between(5, 5), 0U);
}

}  // namespace
}  // namespace zenws::program
