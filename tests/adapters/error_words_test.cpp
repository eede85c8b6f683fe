#include "adapters/error_words.hpp"

#include <array>

#include <gtest/gtest.h>

namespace zenws::adapters {
namespace {

constexpr std::array<ErrorWords::Row, 2> rows{{{-3, "it is raining"}, {7, "it is late"}}};

TEST(ErrorWords, says_what_a_code_means) {
  const ErrorWords category{"zenws.acme", rows, "Acme refused"};
  EXPECT_STREQ(category.name(), "zenws.acme");
  EXPECT_EQ(category.message(-3), "it is raining");
  EXPECT_EQ(category.message(7), "it is late");
  EXPECT_EQ(category.message(0), "Acme refused") << "a code without a row";
}

TEST(ErrorWords, of_two_venues_are_two_categories) {
  const ErrorWords one{"zenws.acme", rows, "Acme refused"};
  const ErrorWords other{"zenws.acme", rows, "Acme refused"};
  EXPECT_NE((std::error_code{7, one}), (std::error_code{7, other}));
}

}  // namespace
}  // namespace zenws::adapters
