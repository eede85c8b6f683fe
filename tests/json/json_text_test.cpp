// JSON that is written member by member.
#include <array>
#include <cstdint>
#include <limits>
#include <list>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <zenws/json_text.hpp>

namespace zenws::json {
namespace {

template <class T>
std::string written(const T& value) {
  const std::string array = Array{}.add(value).text();
  return array.substr(1, array.size() - 2);
}

TEST(JsonObject, has_its_members_in_the_order_in_which_they_were_added) {
  EXPECT_EQ(Object{}.text(), "{}");
  EXPECT_EQ(Object{}.add("b", "BTC").add("a", 1.5).text(), R"({"b":"BTC","a":1.5})");
}

TEST(JsonObject, may_be_read_before_it_is_complete) {
  Object object;
  object.add("a", 1);
  EXPECT_EQ(object.text(), R"({"a":1})");
  object.add("b", 2);
  EXPECT_EQ(object.text(), R"({"a":1,"b":2})");
}

TEST(JsonObject, escapes_names_and_texts) {
  EXPECT_EQ(Object{}.add("a\"b", R"(","admin":true)").text(), R"({"a\"b":"\",\"admin\":true"})");
  EXPECT_EQ(Object{}.add("line", std::string{"a\nb\0", 4}).text(), R"({"line":"a\nb\u0000"})");
}

TEST(JsonObject, keeps_utf8_and_replaces_what_is_none) {
  EXPECT_EQ(written("é€😀"), "\"é€😀\"");
  EXPECT_EQ(written("a\xFFz"), "\"a\uFFFDz\"");
}

TEST(JsonObject, holds_objects_arrays_and_text_that_is_json_already) {
  const std::string params = R"({"depth": 10})";
  EXPECT_EQ(Object{}
                .add("id", 7)
                .add("params", Raw{params})
                .add("order", Object{}.add("legs", Array{}.add("BTC").add(2).add(nullptr).add(Array{})))
                .text(),
            R"({"id":7,"params":{"depth": 10},"order":{"legs":["BTC",2,null,[]]}})");
}

TEST(JsonObject, writes_truth_and_null) {
  EXPECT_EQ(Object{}.add("yes", true).add("no", false).add("none", nullptr).text(),
            R"({"yes":true,"no":false,"none":null})");
}

TEST(JsonArray, separates_texts_by_commas) {
  const auto written = [](const std::vector<std::string>& texts) { return Array{}.add_each(texts).text(); };
  EXPECT_EQ(written({}) + written({"a"}) + written({"a", "b\"", "c"}), R"([]["a"]["a","b\"","c"])");
}

TEST(JsonObject, writes_ranges_as_arrays) {
  const std::vector<std::string> channels{"trades.BTC", "book\".ETH"};
  EXPECT_EQ(Object{}.add("channels", channels).text(), R"({"channels":["trades.BTC","book\".ETH"]})");
  EXPECT_EQ(written(std::span<const std::string>{}), "[]");
  EXPECT_EQ(written(std::list<std::vector<int>>{{1, 2}, {}}), "[[1,2],[]]");
  EXPECT_EQ(written(std::vector<bool>{true, false}), "[true,false]");
  EXPECT_EQ(written(std::array{Raw{"1e2"}, Raw{"{}"}}), "[1e2,{}]");
}

TEST(JsonArray, takes_the_elements_of_a_range) {
  EXPECT_EQ(Array{}.add("first").add_each(std::vector{1, 2}).text(), R"(["first",1,2])");
}

TEST(JsonNumber, has_all_digits_of_an_integer) {
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(written(std::int8_t{-5}), "-5");
  EXPECT_EQ(written(std::uint8_t{65}), "65");
  EXPECT_EQ(written(5ULL), "5");
}

TEST(JsonNumber, has_the_fewest_digits_that_read_back_as_the_same) {
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(0.1F), "0.1");
  EXPECT_EQ(written(1.0), "1");
  EXPECT_EQ(written(-0.0), "-0");
  EXPECT_EQ(written(64123.5), "64123.5");
  for (const double number : {0.1 + 0.2, 1e300, 5e-324, std::numeric_limits<double>::max(), -1.0 / 3}) {
    EXPECT_EQ(nlohmann::json::parse(written(number)).get<double>(), number);
  }
}

TEST(JsonNumber, is_null_where_json_has_no_number) {
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(written(-std::numeric_limits<float>::infinity()), "null");
}

}  // namespace
}  // namespace zenws::json
