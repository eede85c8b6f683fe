// What a message is by its fields, and what a server's refusal says, in the shapes in which venues write them.
#include "json/envelope.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

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

TEST(JsonEnvelope, finds_each_of_its_fields_among_others) {
  const ParsedJson message{R"({"jsonrpc":1,"error":2,"result":3,"params":4,"method":5,"id":6,"ID":7})"};
  const Envelope envelope = read_envelope(*message);
  const auto number = [](const Field& field) { return field ? field->get_int64().value() : -1; };
  EXPECT_EQ(number(envelope.error), 2);
  EXPECT_EQ(number(envelope.result), 3);
  EXPECT_EQ(number(envelope.params), 4);
  EXPECT_EQ(number(envelope.method), 5);
  EXPECT_EQ(number(envelope.id), 6);
}

TEST(JsonEnvelope, has_the_first_of_several) {
  const ParsedJson message{R"({"result":1,"id":null,"result":2,"id":3})"};
  const Envelope envelope = read_envelope(*message);
  EXPECT_EQ(envelope.result->get_int64().value(), 1);
  EXPECT_TRUE(envelope.id->is_null());
}

TEST(JsonEnvelope, is_empty_for_what_is_no_object) {
  for (const char* text : {"[]", "7", "null", R"("id")", R"([{"id":1}])"}) {
    const ParsedJson message{text};
    const Envelope envelope = read_envelope(*message);
    EXPECT_FALSE(envelope.id || envelope.method || envelope.params || envelope.result || envelope.error) << text;
  }
}

TEST(JsonEnvelope, finds_its_fields_at_the_top_only) {
  const ParsedJson message{R"({"params":{"id":1,"method":"m","error":1,"result":1},"x":[{"id":2}]})"};
  const Envelope envelope = read_envelope(*message);
  EXPECT_TRUE(envelope.params);
  EXPECT_FALSE(envelope.id || envelope.method || envelope.result || envelope.error);
}

TEST(JsonEnvelopeReply, has_an_id_and_an_answer_and_no_method) {
  const auto expect = [](std::string_view text, std::optional<RequestIdView> id) {
    const ParsedJson message{text};
    EXPECT_EQ(reply_id(read_envelope(*message)), id) << text;
  };
  expect(R"({"id":1,"result":null})", RequestIdView{1});
  expect(R"({"id":"a","error":{}})", RequestIdView{"a"});
  expect(R"({"id":1})", std::nullopt);
  expect(R"({"result":1})", std::nullopt);
  expect(R"({"id":1,"method":"m","result":1})", std::nullopt);
}

TEST(JsonEnvelopeId, is_an_integer_of_64_bits_or_a_text) {
  const auto expect = [](std::string_view text, std::optional<RequestIdView> id) {
    const ParsedJson value{text};
    EXPECT_EQ(as_id(*value), id) << text;
  };
  expect("-9223372036854775808", RequestIdView{std::numeric_limits<std::int64_t>::min()});
  expect(R"("")", RequestIdView{""});
  for (const char* text : {"9223372036854775808", "1.0", "null", "true", "[1]", "{}"}) expect(text, std::nullopt);
  EXPECT_EQ(as_id(std::nullopt), std::nullopt);
}

TEST(JsonEnvelopeText, is_nothing_but_a_text) {
  EXPECT_EQ(as_text(*ParsedJson{R"("")"}), "");
  for (const char* text : {"1", "null", R"(["a"])"}) EXPECT_EQ(as_text(*ParsedJson{text}), std::nullopt) << text;
  EXPECT_EQ(as_text(std::nullopt), std::nullopt);
}

TEST(JsonHasFailed, is_true_for_an_error_that_says_something_or_stands_alone) {
  const auto has_failed_by = [](std::string_view text) {
    const ParsedJson message{text};
    return has_failed(read_envelope(*message));
  };
  EXPECT_TRUE(has_failed_by(R"({"error":{"code":1}})"));
  EXPECT_TRUE(has_failed_by(R"({"error":{"code":1},"result":1})"));
  EXPECT_TRUE(has_failed_by(R"({"error":null})"));
  EXPECT_FALSE(has_failed_by(R"({"error":null,"result":1})"));
  EXPECT_FALSE(has_failed_by(R"({"result":1})"));
  EXPECT_FALSE(has_failed_by("{}"));
}

}  // namespace
}  // namespace zenws::json
