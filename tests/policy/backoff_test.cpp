// The contract's table of delays, and its boundaries.
#include "policy/backoff.hpp"

#include <gtest/gtest.h>

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;

TEST(BackoffDelay, doubles_up_to_the_longest) {
  const std::chrono::milliseconds expected[] = {1s, 2s, 4s, 8s, 16s, 30s, 30s};
  for (std::uint64_t n = 0; n < std::size(expected); ++n) EXPECT_EQ(backoff_delay(1s, 30s, n), expected[n]) << n;
}

TEST(BackoffDelay, is_exact_for_any_attempt) {
  EXPECT_EQ(backoff_delay(1s, 30s, 62), 30s);
  EXPECT_EQ(backoff_delay(1s, 30s, 63), 30s);
  EXPECT_EQ(backoff_delay(1s, 30s, 64), 30s);
  EXPECT_EQ(backoff_delay(1s, 30s, 10'000), 30s);
  EXPECT_EQ(backoff_delay(1s, 30s, UINT64_MAX), 30s);
  const auto longest = std::chrono::milliseconds::max();
  EXPECT_EQ(backoff_delay(1ms, longest, 61), std::chrono::milliseconds{std::int64_t{1} << 61});
  EXPECT_EQ(backoff_delay(1ms, longest, 62), std::chrono::milliseconds{std::int64_t{1} << 62});
  EXPECT_EQ(backoff_delay(3ms, longest, 62), longest);
}

TEST(BackoffDelay, is_constant_when_first_is_longest) { EXPECT_EQ(backoff_delay(5s, 5s, 0), 5s); }

TEST(BackoffJitter, draws_only_its_share) {
  EXPECT_EQ(with_jitter(1000ms, 0.2, 0.0), 1000ms);
  EXPECT_EQ(with_jitter(1000ms, 0.2, 0.5), 900ms);
  EXPECT_EQ(with_jitter(1000ms, 0.2, 1.0), 800ms);
  EXPECT_EQ(with_jitter(1000ms, 0.0, 0.9), 1000ms);
  EXPECT_EQ(with_jitter(1000ms, 1.0, 1.0), 0ms);
}

}  // namespace
}  // namespace zenws::policy
