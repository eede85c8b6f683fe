// The four matchers, without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/testing/server.hpp>

namespace zenws::testing {
namespace {

using ::testing::HasSubstr;

bool matches(const Matcher& matcher, std::string payload) { return matcher.matches({1, false, std::move(payload)}); }

TEST(MatcherText, is_exact) {
  EXPECT_TRUE(matches("hello", "hello"));
  EXPECT_TRUE(matches(std::string{"a\0b", 3}, std::string{"a\0b", 3}));
  EXPECT_FALSE(matches("hello", "hello "));
  EXPECT_FALSE(matches("hello", ""));
}

TEST(MatcherText, takes_text_and_binary_alike) { EXPECT_TRUE(Matcher{"x"}.matches({1, true, "x"})); }

TEST(MatcherRegex, searches) {
  EXPECT_TRUE(matches(std::regex{"sub.*trades"}, R"({"m":"subscribe","c":"trades"})"));
  EXPECT_FALSE(matches(std::regex{"^trades"}, "no trades"));
}

TEST(MatcherPredicate, is_asked_with_the_whole_message) {
  const Matcher matcher = [](const ReceivedMessage& message) { return message.binary && message.connection == 7; };
  EXPECT_TRUE(matcher.matches({7, true, ""}));
  EXPECT_FALSE(matcher.matches({7, false, ""}));
}

TEST(MatcherPredicate, that_is_empty_never_matches) {
  const Matcher matcher{std::function<bool(const ReceivedMessage&)>{}};
  EXPECT_FALSE(matches(matcher, ""));
  EXPECT_THAT(matcher.description(), HasSubstr("empty"));
}

TEST(MatcherJson, wants_at_least_the_members_named_at_every_depth) {
  const std::string message = R"({"id":1,"params":{"channels":["a","b"],"deep":{"x":1,"y":null}},"jsonrpc":"2.0"})";
  EXPECT_TRUE(matches(json_subset("{}"), message));
  EXPECT_TRUE(matches(json_subset(R"({"id":1})"), message));
  EXPECT_TRUE(matches(json_subset(R"({"params":{"deep":{"y":null}}})"), message));
  EXPECT_TRUE(matches(json_subset(R"({"params":{"channels":["a","b"]}})"), message));
  EXPECT_FALSE(matches(json_subset(R"({"id":2})"), message));
  EXPECT_FALSE(matches(json_subset(R"({"id":"1"})"), message));
  EXPECT_FALSE(matches(json_subset(R"({"params":{"deep":{"z":null}}})"), message));
}

TEST(MatcherJson, takes_arrays_exactly) {
  EXPECT_FALSE(matches(json_subset(R"(["a"])"), R"(["a","b"])"));
  EXPECT_FALSE(matches(json_subset(R"(["b","a"])"), R"(["a","b"])"));
  EXPECT_FALSE(matches(json_subset(R"([{"a":1}])"), R"([{"a":1,"b":2}])"));
  EXPECT_TRUE(matches(json_subset(R"([{"a":1,"b":[]}])"), R"([{"b":[],"a":1}])"));
}

TEST(MatcherJson, knows_numbers_only) {
  EXPECT_TRUE(matches(json_subset(R"({"a":1})"), R"({"a":1.0})"));
  EXPECT_TRUE(matches(json_subset(R"({"a":[1.0]})"), R"({"a":[1]})"));
  EXPECT_TRUE(matches(json_subset("-0"), "0"));
  EXPECT_FALSE(matches(json_subset("1"), "1.5"));
  EXPECT_FALSE(matches(json_subset("1"), "true"));
}

TEST(MatcherJson, tells_large_numbers_apart) {
  EXPECT_TRUE(matches(json_subset("9223372036854775807"), "9223372036854775807"));
  EXPECT_TRUE(matches(json_subset("18446744073709551615"), "18446744073709551615"));
  EXPECT_FALSE(matches(json_subset("9223372036854775807"), "9223372036854775806"));
  EXPECT_FALSE(matches(json_subset("9223372036854775807"), "9223372036854775808"));
  EXPECT_FALSE(matches(json_subset("18446744073709551615"), "18446744073709551614"));
  EXPECT_FALSE(matches(json_subset("{}"), R"({"a":18446744073709551616})")) << "beyond 64 bits";
}

TEST(MatcherJson, takes_every_kind_of_value_exactly) {
  EXPECT_TRUE(matches(json_subset(R"(["a",true,null,{}])"), R"(["a",true,null,{}])"));
  EXPECT_FALSE(matches(json_subset(R"(["a"])"), R"(["b"])"));
  EXPECT_FALSE(matches(json_subset("[true]"), "[false]"));
  EXPECT_FALSE(matches(json_subset("[null]"), "[{}]"));
  EXPECT_FALSE(matches(json_subset(R"([{"a":1}])"), R"([{"b":1}])"));
}

TEST(MatcherJson, does_not_match_what_is_no_json) {
  EXPECT_FALSE(matches(json_subset("{}"), "ping"));
  EXPECT_FALSE(matches(json_subset("{}"), ""));
  EXPECT_FALSE(matches(json_subset("{}"), "[]"));
}

TEST(MatcherJson, that_is_no_json_itself_matches_nothing_and_says_so) {
  const Matcher matcher = json_subset("{oops");
  EXPECT_FALSE(matches(matcher, "{oops"));
  EXPECT_THAT(matcher.description(), HasSubstr("not valid JSON"));
}

TEST(Matcher, describes_what_it_looks_for) {
  EXPECT_EQ(Matcher{"hello"}.description(), "\"hello\"");
  EXPECT_THAT(json_subset(R"({ "a" : 1 })").description(), HasSubstr(R"({"a":1})"));
  EXPECT_THAT(Matcher{std::regex{"x"}}.description(), HasSubstr("regular expression"));
  EXPECT_THAT(Matcher{[](const ReceivedMessage&) { return true; }}.description(), HasSubstr("predicate"));
}

}  // namespace
}  // namespace zenws::testing
