// What a server's refusal says, in the shapes in which venues write it.
#include "json/envelope.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/parsed_json.hpp"

namespace zenws::json {
namespace {

using test::ParsedJson;

void expect_refusal(std::string_view text, std::int64_t code, std::string_view message) {
  const ParsedJson error{text};
  const Refusal refusal = read_refusal(*error);
  EXPECT_EQ(refusal.code, code) << text;
  EXPECT_EQ(refusal.message, message) << text;
}

TEST(JsonRefusal, is_read_as_venues_write_it) {
  expect_refusal(R"({"code":10009,"message":"not_enough_funds"})", 10009, "not_enough_funds");
  expect_refusal(R"({"code":2,"msg":"Invalid request"})", 2, "Invalid request");
  expect_refusal(R"({"message":"no","data":{"code":5},"code":-1})", -1, "no");
  expect_refusal(R"("not allowed")", 0, "not allowed");
}

TEST(JsonRefusal, is_empty_where_types_are_wrong) {
  expect_refusal("{}", 0, "");
  expect_refusal(R"({"code":"10","message":5})", 0, "");
  expect_refusal(R"({"code":18446744073709551615,"message":null})", 0, "");
  expect_refusal(R"({"code":1.5,"message":["a"]})", 0, "");
  for (const char* text : {"null", "true", "7", "[]", R"([{"code":1}])"}) expect_refusal(text, 0, "");
}

TEST(JsonRefusal, is_the_first_of_several) {
  expect_refusal(R"({"code":1,"code":2,"message":"a","msg":"b","message":"c"})", 1, "a");
}

TEST(JsonIsRefusal, is_false_for_what_venues_write_beside_a_result) {
  for (const char* text : {"null", "false", "0", R"("")", "[]"}) {
    EXPECT_FALSE(is_refusal(*ParsedJson{text})) << text;
  }
  for (const char* text : {"{}", R"({"code":0})", "true", "1", "-1", "18446744073709551615", R"("no")", R"(["no"])"}) {
    EXPECT_TRUE(is_refusal(*ParsedJson{text})) << text;
  }
}

TEST(JsonEnvelope, finds_its_fields_at_the_top_only) {
  const ParsedJson message{R"({"params":{"id":1,"method":"m","error":1,"result":1},"x":[{"id":2}]})"};
  const Envelope envelope = read_envelope(*message);
  EXPECT_TRUE(envelope.params);
  EXPECT_FALSE(envelope.id || envelope.method || envelope.result || envelope.error);
}

}  // namespace
}  // namespace zenws::json
