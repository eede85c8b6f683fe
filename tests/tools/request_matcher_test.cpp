// Which answer belongs to which request, and for how long that is remembered.
#include "recordings/request_matcher.hpp"

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

constexpr RecordedTime asked_at{1'000'000s};
RequestIdView id(std::int64_t number) { return number; }

TEST(RequestMatcher, measures_from_the_request_to_its_answer_once) {
  RequestMatcher matcher;
  matcher.asked(id(1), asked_at);
  EXPECT_EQ(matcher.answered(id(1), asked_at + 5ms), 5ms);
  EXPECT_EQ(matcher.answered(id(1), asked_at + 6ms), std::nullopt);
  EXPECT_EQ(matcher.requests(), 1U);
}

TEST(RequestMatcher, keeps_numbers_and_texts_apart) {
  RequestMatcher matcher;
  matcher.asked(id(1), asked_at);
  EXPECT_EQ(matcher.answered("1"sv, asked_at), std::nullopt);
}

TEST(RequestMatcher, expects_no_answer_from_another_connection) {
  RequestMatcher matcher;
  matcher.asked(id(1), asked_at);
  matcher.begin_connection();
  EXPECT_EQ(matcher.answered(id(1), asked_at), std::nullopt);
}

TEST(RequestMatcher, forgets_the_oldest_of_too_many) {
  RequestMatcher matcher{10};
  for (std::int64_t i = 0; i < 100; ++i) matcher.asked(id(i), asked_at);
  EXPECT_EQ(matcher.answered(id(0), asked_at), std::nullopt);
  for (std::int64_t i = 90; i < 100; ++i) EXPECT_EQ(matcher.answered(id(i), asked_at), 0us) << i;
}

TEST(RequestMatcher, believes_no_clock_that_was_set_back) {
  RequestMatcher matcher;
  matcher.asked(id(1), asked_at);
  EXPECT_EQ(matcher.answered(id(1), asked_at - 1s), std::nullopt);
}

}  // namespace
}  // namespace zenws::program
