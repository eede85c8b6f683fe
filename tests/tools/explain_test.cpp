// The names offered to those who mistype one exist, and are complete.
#include "connect/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ExplainNames, are_all_found) {
  for (const std::string_view name : known_names()) EXPECT_TRUE(find_error(name)) << name;
}

TEST(ExplainNames, hold_every_code_of_the_library) {
  for (int code = 1; code <= static_cast<int>(errc::cancelled); ++code) {
    const auto is_it = [code](std::string_view name) { return find_error(name)->code() == static_cast<errc>(code); };
    EXPECT_THAT(known_names(), Contains(::testing::Truly(is_it))) << code;
  }
}

TEST(ExplainNames, like_a_mistyped_one_are_offered) {
  EXPECT_THAT(names_like("send_queu_ful"), ElementsAre("send_queue_full"));
  EXPECT_THAT(names_like("ECONREFUSED"), Contains("ECONNREFUSED"));
  EXPECT_THAT(names_like("utf8"), ElementsAre("invalid_utf8"));
}

TEST(ExplainNames, like_nothing_known_are_none) {
  EXPECT_THAT(names_like("xyzzy-plugh"), IsEmpty());
  EXPECT_THAT(names_like(""), IsEmpty());
  EXPECT_THAT(names_like("a"), SizeIs(::testing::Le(5)));
  EXPECT_THAT(names_like(std::string(100'000, 'x')), IsEmpty());
}

}  // namespace
}  // namespace zenws::program
