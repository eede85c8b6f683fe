// What counts as JSON, and which JSON counts as a reply.
#include "json/parser.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "support/resident_memory.hpp"

namespace zenws::json {
namespace {

const simdjson::dom::element* parse_padded(std::string text) {
  static std::string kept;
  const std::size_t size = text.size();
  kept = std::move(text);
  kept.append(simdjson::SIMDJSON_PADDING, 'x');  // what stands behind must not matter
  return parse(std::string_view{kept}.substr(0, size));
}

TEST(JsonParse, takes_objects_arrays_and_scalars) {
  for (const char* text : {"{}", "[1,2]", "\"a\"", "-1.5", "0", "true", "false", "null", " \n{\"a\":1} "}) {
    EXPECT_NE(parse_padded(text), nullptr) << text;
  }
}

TEST(JsonParse, refuses_what_is_not_json) {
  for (const char* text : {"", " ", "pong", "echo: {}", "{", "[1,", "{\"a\":}", "truth", "1 2", "nul"}) {
    EXPECT_EQ(parse_padded(text), nullptr) << text;
  }
}

TEST(JsonParse, is_not_confused_by_digits_behind_the_text) {
  std::string text = "12" + std::string(simdjson::SIMDJSON_PADDING, '7');
  const auto* value = parse(std::string_view{text}.substr(0, 2));
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(value->get_int64().value(), 12);
}

// The parser needs a dozen times its size.
std::string large_array() {
  std::string text = "[0";
  while (text.size() < std::size_t{14} << 20U) text += ",1";
  return text + "]";
}

TEST(JsonParse, keeps_no_memory_of_a_large_text_once_it_is_given_back) {
  if (zenws::testing::resident_memory() == 0) GTEST_SKIP() << "the system does not tell";
  constexpr std::size_t kept_at_most = std::size_t{32} << 20U;
  std::string text = large_array();
  const std::size_t size = text.size();
  text.append(simdjson::SIMDJSON_PADDING, ' ');
  const std::size_t before = zenws::testing::resident_memory();
  const auto* value = parse(std::string_view{text}.substr(0, size));
  ASSERT_NE(value, nullptr);
  EXPECT_TRUE(value->is_array());
  EXPECT_GT(zenws::testing::resident_memory(), before + kept_at_most);
  give_back();
  EXPECT_LT(zenws::testing::resident_memory(), before + kept_at_most);
  EXPECT_NE(parse_padded("{}"), nullptr);
}

TEST(JsonParse, keeps_no_memory_of_numbers_that_it_had_to_rewrite) {
  if (zenws::testing::resident_memory() == 0) GTEST_SKIP() << "the system does not tell";
  constexpr std::size_t kept_at_most = std::size_t{32} << 20U;
  std::string text = large_array();
  text.replace(1, 1, "1e400");
  const std::size_t size = text.size();
  text.append(simdjson::SIMDJSON_PADDING, ' ');
  const std::size_t before = zenws::testing::resident_memory();
  EXPECT_EQ(parse(std::string_view{text}.substr(0, size)), nullptr);
  EXPECT_NE(parse_lossy(std::string_view{text}.substr(0, size)), nullptr);
  give_back();
  EXPECT_LT(zenws::testing::resident_memory(), before + kept_at_most);
}

std::optional<RequestIdView> reply_id_of(std::string text) { return reply_id(*parse_padded(std::move(text))); }

TEST(JsonReplyId, wants_an_id_and_an_answer_and_no_method) {
  EXPECT_EQ(reply_id_of(R"({"id":1,"result":{}})"), RequestIdView{1});
  EXPECT_EQ(reply_id_of(R"({"jsonrpc":"2.0","error":{"code":1},"id":"a"})"), RequestIdView{"a"});
  EXPECT_EQ(reply_id_of(R"({"id":-7,"result":null})"), RequestIdView{-7});  // Binance's answer to SUBSCRIBE
  EXPECT_EQ(reply_id_of(R"({"id":9223372036854775807,"error":null})"), RequestIdView{9223372036854775807});
  EXPECT_EQ(reply_id_of(R"({"id":"","result":1})"), RequestIdView{""});
}

TEST(JsonReplyId, keeps_numbers_and_texts_apart) {
  EXPECT_NE(reply_id_of(R"({"id":"1","result":1})"), RequestIdView{1});
}

TEST(JsonReplyId, is_none_for_everything_else) {
  for (const char* text :
       {R"({"id":1})", R"({"result":1})", R"({"id":1,"method":"m","result":1})", R"({"id":1,"method":null,"result":1})",
        R"([{"id":1,"result":1}])", "1", "null", "{}", R"({"params":{"id":1,"result":1}})"}) {
    EXPECT_FALSE(reply_id_of(text)) << text;
  }
}

TEST(JsonReplyId, is_none_for_an_id_that_no_request_can_have) {
  for (const char* id : {"null", "1.0", "1e3", "9223372036854775808", "18446744073709551615", "true", "[1]", "{}"}) {
    EXPECT_FALSE(reply_id_of(std::string{R"({"result":1,"id":)"} + id + "}")) << id;
  }
}

TEST(JsonReplyId, is_the_first_of_several) {
  EXPECT_EQ(reply_id_of(R"({"id":1,"id":2,"result":0})"), RequestIdView{1});
  EXPECT_FALSE(reply_id_of(R"({"id":null,"id":2,"result":0})"));
}

}  // namespace
}  // namespace zenws::json
