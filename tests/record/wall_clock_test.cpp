// Steady points as UTC: intervals stay, order stays, and a clock that is set is followed.
#include "record/wall_clock.hpp"

#include <gtest/gtest.h>

namespace zenws::record {
namespace {

using namespace std::chrono_literals;
using Wall = std::chrono::system_clock::time_point;

constexpr TimePoint t0{1h};
constexpr Wall noon{std::chrono::hours{500'000}};

RecordedTime recorded(Wall time) { return std::chrono::floor<std::chrono::microseconds>(time); }

TEST(RecordWallClock, keeps_intervals_whatever_the_two_clocks_jitter) {
  WallClock clock;
  clock.set(t0, noon);
  EXPECT_EQ(clock.at(t0 + 1s), recorded(noon + 1s));
  clock.set(t0 + 2s, noon + 2s + 3us);
  EXPECT_EQ(clock.at(t0 + 3s), recorded(noon + 3s));
}

TEST(RecordWallClock, never_goes_back) {
  WallClock clock;
  clock.set(t0, noon);
  EXPECT_EQ(clock.at(t0 + 10us), recorded(noon + 10us));
  EXPECT_EQ(clock.at(t0), recorded(noon + 10us));
}

TEST(RecordWallClock, follows_when_the_wall_clock_is_set) {
  WallClock clock;
  clock.set(t0, noon);
  EXPECT_EQ(clock.at(t0), recorded(noon));
  clock.set(t0 + 1s, noon - 1h);
  EXPECT_EQ(clock.at(t0 + 1s), recorded(noon - 1h));
}

}  // namespace
}  // namespace zenws::record
