// Sampling: what is told adds up, and is told at most once a second.
#include "client/client_events.hpp"

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using test::t0;

TEST(Sampled, tells_the_first_at_once_and_the_rest_a_second_later) {
  Sampled sampled;
  EXPECT_EQ(sampled.take(t0, 1, 10, false).count, 1U);
  EXPECT_EQ(sampled.take(t0, 2, 20, false).count, 0U);
  EXPECT_EQ(sampled.take(t0 + 999ms, 5, 50, false).count, 0U);
  const auto later = sampled.take(t0 + 1s, 7, 70, false);
  EXPECT_EQ(later.count, 6U);
  EXPECT_EQ(later.bytes, 60U);
  EXPECT_EQ(sampled.take(t0 + 1999ms, 8, 80, false).count, 0U);
}

TEST(Sampled, tells_the_rest_at_once_when_asked_to) {
  Sampled sampled;
  ASSERT_EQ(sampled.take(t0, 1, 10, false).count, 1U);
  EXPECT_EQ(sampled.take(t0 + 1ms, 4, 40, true).count, 3U);
  EXPECT_EQ(sampled.take(t0 + 2ms, 4, 40, true).count, 0U);
}

TEST(Sampled, never_goes_back_when_threads_bring_older_numbers) {
  Sampled sampled;
  ASSERT_EQ(sampled.take(t0, 10, 100, false).count, 10U);
  EXPECT_EQ(sampled.take(t0 + 2s, 9, 90, false).count, 0U);
  const auto newer = sampled.take(t0 + 2s, 11, 95, false);
  EXPECT_EQ(newer.count, 1U);
  EXPECT_EQ(newer.bytes, 0U);
}

}  // namespace
}  // namespace zenws::client
