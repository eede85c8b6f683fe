// What a simulated world takes over on its thread, and gives back.
#include "base/world.hpp"

#include <array>
#include <thread>
#include <tuple>

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "support/still_world.hpp"

namespace zenws {
namespace {

TEST(InWorld, time_is_the_worlds) {
  test::StillWorld world;
  const TimePoint before = Clock::now();
  {
    const InWorld inside{world};
    EXPECT_EQ(Clock::now(), world.time);
    world.time += std::chrono::hours{1};
    EXPECT_EQ(Clock::now(), world.time);
    EXPECT_EQ(wall_now(), world.wall);
    std::jthread elsewhere{[&] { EXPECT_GE(Clock::now(), before); }};
  }
  EXPECT_GE(Clock::now(), before);
}

TEST(InWorld, randomness_is_the_worlds_from_its_first_byte_on_and_none_of_it_is_left_behind) {
  std::ignore = random_u32();  // something is buffered
  std::array<std::byte, 8> bytes{};
  std::array<std::byte, 8> again{};
  {
    test::StillWorld world;
    const InWorld inside{world};
    random_bytes(bytes);
  }
  EXPECT_EQ(bytes[0], std::byte{1});
  EXPECT_EQ(bytes[7], std::byte{8});
  random_bytes(again);
  EXPECT_NE(again[0] == std::byte{9} && again[1] == std::byte{10} && again[2] == std::byte{11}, true);
  test::StillWorld world;
  const InWorld inside{world};
  random_bytes(again);
  EXPECT_EQ(again, bytes) << "the same seed, the same bytes";
}

}  // namespace
}  // namespace zenws
