// A completion ends exactly once, whatever happens to its owner.
#include "client/completion.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace zenws::client {
namespace {

TEST(Completion, is_called_once) {
  int calls = 0;
  {
    Completion<int> completion{[&](Result<int> result) { calls += result.value(); }};
    completion(1);
    completion(10);
  }
  EXPECT_EQ(calls, 1);
}

TEST(Completion, ends_with_closed_when_dropped) {
  std::optional<Result<int>> seen;
  {
    const Completion<int> completion{[&](Result<int> result) { seen = std::move(result); }};
  }
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->error(), errc::closed);
}

TEST(Completion, moves_its_duty) {
  int calls = 0;
  {
    Completion<void> first{[&](Result<>) { ++calls; }};
    Completion<void> second = std::move(first);
    Completion<void> third;
    third = std::move(second);
    EXPECT_EQ(calls, 0);
  }
  EXPECT_EQ(calls, 1);
}

TEST(Completion, contains_what_its_function_throws) {
  Completion<void> completion{[](Result<>) { throw std::runtime_error{"user"}; }};
  EXPECT_NO_THROW(completion({}));
}

}  // namespace
}  // namespace zenws::client
