// What counts as JSON, and which JSON counts as a response.
#include "json/parser.hpp"

#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

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

TEST(JsonIsResponse, wants_an_id_and_an_answer_and_no_method) {
  EXPECT_TRUE(is_response(*parse_padded(R"({"id":1,"result":{}})")));
  EXPECT_TRUE(is_response(*parse_padded(R"({"jsonrpc":"2.0","error":{"code":1},"id":"a"})")));
  EXPECT_TRUE(is_response(*parse_padded(R"({"id":1,"result":null})")));  // Binance's answer to SUBSCRIBE
}

TEST(JsonIsResponse, is_no_for_everything_else) {
  for (const char* text : {R"({"id":1})", R"({"result":1})", R"({"id":null,"error":1})",
                           R"({"id":1,"method":"m","result":1})", R"([{"id":1,"result":1}])", "1", "null"}) {
    EXPECT_FALSE(is_response(*parse_padded(text))) << text;
  }
}

}  // namespace
}  // namespace zenws::json
