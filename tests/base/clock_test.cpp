// Durations that anybody may ask for, and times.
#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace zenws {
namespace {

using namespace std::chrono_literals;

TEST(Clock, leaves_durations_of_this_century_alone) {
  EXPECT_EQ(bounded(0ms), 0ms);
  EXPECT_EQ(bounded(1500ms), 1500ms);
  EXPECT_EQ(bounded(-1s), -1s);
  EXPECT_EQ(bounded(std::chrono::hours{24 * 365 * 99}), std::chrono::hours{24 * 365 * 99});
}

TEST(Clock, adds_the_longest_duration_of_any_unit_to_a_time) {
  const TimePoint now = Clock::now();
  EXPECT_GT(now + bounded(std::chrono::milliseconds::max()), now + std::chrono::hours{24 * 365 * 99});
  EXPECT_GT(now + bounded(std::chrono::seconds::max()), now + std::chrono::hours{24 * 365 * 99});
  EXPECT_GT(now + 2 * bounded(std::chrono::milliseconds::max()), now) << "as a silent server's heartbeat is";
  EXPECT_LT(now + bounded(std::chrono::milliseconds::max()), never);
  EXPECT_LT(now + bounded(std::chrono::milliseconds::min()), now);
}

}  // namespace
}  // namespace zenws
