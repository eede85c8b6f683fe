#include "json/beyond.hpp"

#include <string>

#include <gtest/gtest.h>

#include "json/outgoing.hpp"

namespace zenws::json {
namespace {

TEST(JsonBeyond, leaves_what_the_parser_holds) {
  for (const std::string_view text :
       {"[1,-1,0.5,1e308,18446744073709551615,-9223372036854775808,1e-400]", R"({"a":"92233720368547758423 1e400"})"})
    EXPECT_EQ(with_nearest_doubles(text), std::nullopt) << text;
}

TEST(JsonBeyond, writes_integers_beyond_64_bits_as_doubles) {
  EXPECT_EQ(with_nearest_doubles("[18446744073709551616,7]"), "[1.8446744073709552e+19,7]");
  EXPECT_EQ(with_nearest_doubles("-9223372036854775809"), "-9.2233720368547758e+18");
}

TEST(JsonBeyond, writes_what_no_double_holds_as_the_largest) {
  EXPECT_EQ(with_nearest_doubles("[1e400,-1e400]"), "[1.7976931348623157e308,-1.7976931348623157e308]");
  EXPECT_EQ(with_nearest_doubles("1e99999999999999999999"), "1.7976931348623157e308");
  EXPECT_EQ(with_nearest_doubles("1" + std::string(400, '0')), "1.7976931348623157e308");
  EXPECT_EQ(with_nearest_doubles("0." + std::string(400, '0') + "1"), std::nullopt);
  EXPECT_EQ(with_nearest_doubles("0." + std::string(400, '0') + "1e600"), std::nullopt);
  EXPECT_EQ(with_nearest_doubles("0." + std::string(400, '0') + "1e800"), "1.7976931348623157e308");
  EXPECT_EQ(with_nearest_doubles("0.000e99999999999999999999"), std::nullopt);
  EXPECT_EQ(with_nearest_doubles("[1.7976931348623157e308,0.17976931348623157E+309]"), std::nullopt);
  EXPECT_EQ(with_nearest_doubles("[1.8e308,-0.18e309,18.e307]"),
            "[1.7976931348623157e308,-1.7976931348623157e308,18.e307]");
}

TEST(JsonBeyond, leaves_what_is_no_number_for_the_parser_to_refuse) {
  for (const std::string_view text : {"01e400", "1e400.", "-", "1.e400", "00000000000000000000001"})
    EXPECT_EQ(with_nearest_doubles(text), std::nullopt) << text;
}

TEST(JsonBeyond, finds_the_id_of_an_answer_without_parsing_it) {
  EXPECT_EQ(reply_id(outline_of(R"({"id":7,"result":"\ud800"})")), RequestIdView{std::int64_t{7}});
  EXPECT_EQ(reply_id(outline_of(R"( {"result": {"id":1,"a":["}"]} , "id" : "x" })")), RequestIdView{"x"});
  const std::string deep = R"({"error":)" + std::string(2000, '[') + std::string(2000, ']') + R"(,"id":3})";
  EXPECT_EQ(reply_id(outline_of(deep)), RequestIdView{std::int64_t{3}});
}

TEST(JsonBeyond, takes_a_request_of_the_server_and_other_texts_for_no_answer) {
  for (const std::string_view text :
       {R"({"id":7,"method":"x","result":"\ud800"})", R"({"id":7})", R"([{"id":7,"result":1}])", "{", R"({"id)",
        R"({"id")", R"({"id":)", R"({"id":7,"result")", "", R"({")", R"({"\)", R"({"id":1.5,"result":1})"})
    EXPECT_EQ(reply_id(outline_of(text)), std::nullopt) << text;
}

TEST(JsonBeyond, makes_half_surrogate_pairs_whole) {
  EXPECT_EQ(with_whole_surrogates(R"("\ud800 \udc00 \ud83d\ude00 \\ud800 \ud800\ud83d\ude00")"),
            R"("\ufffd \ufffd \ud83d\ude00 \\ud800 \ufffd\ud83d\ude00")");
}

TEST(JsonBeyond, a_request_may_hold_whatever_json_holds) {
  const std::string deep = std::string(2000, '[') + std::string(2000, ']');
  for (const std::string& params :
       {std::string{"92233720368547758423"}, std::string{"1e400"}, std::string{R"("\ud800")"}, deep})
    EXPECT_EQ(request_id(R"({"id":5,"method":"m","params":[)" + params + "]}", id_of_call), RequestId{std::int64_t{5}})
        << params;
  EXPECT_TRUE(is_object_or_array("[1e400]"));
  EXPECT_TRUE(is_object_or_array(deep));
  EXPECT_FALSE(is_object_or_array("[1e400"));
}

TEST(JsonBeyond, a_request_that_is_no_json_is_still_refused) {
  EXPECT_FALSE(request_id(R"({"id":5,"method":"m","params":["\ud800"})", id_of_call));
  EXPECT_FALSE(request_id(R"({"id":5,"method":"m","params":"\q"})", id_of_call));
  EXPECT_FALSE(request_id(R"({"id":5,"method":"m",})", id_of_call));
}

}  // namespace
}  // namespace zenws::json
