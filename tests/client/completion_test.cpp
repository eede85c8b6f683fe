// A completion ends exactly once, whatever happens to its owner.
#include "client/settle.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace zenws::client {
namespace {

TEST(Settle, is_called_once) {
  int calls = 0;
  {
    Settle<int> settle{[&](Result<int> result) { calls += result.value(); }};
    settle(1);
    settle(10);
  }
  EXPECT_EQ(calls, 1);
}

TEST(Settle, ends_with_closed_when_dropped) {
  std::optional<Result<int>> seen;
  {
    const Settle<int> settle{[&](Result<int> result) { seen = std::move(result); }};
  }
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->error(), errc::closed);
}

TEST(Settle, moves_its_duty) {
  int calls = 0;
  {
    Settle<void> first{[&](Result<>) { ++calls; }};
    Settle<void> second = std::move(first);
    Settle<void> third;
    third = std::move(second);
    EXPECT_EQ(calls, 0);
  }
  EXPECT_EQ(calls, 1);
}

TEST(Settle, contains_what_its_function_throws) {
  Settle<void> settle{[](Result<>) { throw std::runtime_error{"user"}; }};
  EXPECT_NO_THROW(settle({}));
}

}  // namespace
}  // namespace zenws::client
