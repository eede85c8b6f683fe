// What is made of JSON that the user wants sent.
#include "json/outgoing.hpp"

#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "json/parser.hpp"
#include "support/exact_bytes.hpp"

namespace zenws::json {
namespace {

// In a block of exactly the text's size: whoever wants padding behind it is seen by a sanitizer.
Result<RequestId> id_of(std::string_view text) { return request_id(test::ExactBytes{text}.text(), id_of_call); }

std::string refusal_of(std::string_view text) {
  const auto id = id_of(text);
  if (id) return "taken";
  EXPECT_EQ(id.error(), errc::invalid_config);
  EXPECT_EQ(id.error().phase(), Phase::config);
  return std::string{id.error().detail()};
}

TEST(JsonRequestId, is_a_number_or_a_text) {
  EXPECT_EQ(id_of(R"({"method":"m","id":7})").value(), RequestId{7});
  EXPECT_EQ(id_of(R"( {"id":"a\n","params":[],"method":"m"} )").value(), RequestId{"a\n"});
  EXPECT_EQ(id_of(R"({"id":-9223372036854775808,"method":"m"})").value(), RequestId{INT64_MIN});
}

TEST(JsonRequestId, wants_json) {
  for (const char* text : {"", " ", "public/test", R"({"id":1,"method":"m")", R"({"id":1,"method":"m"}})",
                           "{\"id\":1,\"method\":\"\xFF\"}"}) {
    EXPECT_EQ(refusal_of(text), "The request is not JSON") << text;
  }
}

TEST(JsonRequestId, wants_a_json_object) {
  for (const char* text : {"[]", "1", "null", R"([{"id":1,"method":"m"}])", "[1e400]"}) {
    EXPECT_EQ(refusal_of(text), "The request is not a JSON object") << text;
  }
}

TEST(JsonRequestId, wants_a_method) {
  for (const char* text : {"{}", R"({"id":1})", R"({"id":1,"method":1})", R"({"id":1,"method":null})"}) {
    EXPECT_EQ(refusal_of(text), "The request has no `method`") << text;
  }
}

TEST(JsonRequestId, needs_no_method_where_the_language_has_none) {
  EXPECT_EQ(request_id(R"({"id":"1512","op":"order"})", id_of_request).value(), RequestId{"1512"});
  EXPECT_EQ(request_id(R"({"op":"order"})", id_of_request).error().detail(),
            "The request has no usable `id`: an integer of 64 bits or a string");
}

TEST(JsonRequestId, wants_an_id_that_an_answer_can_repeat) {
  for (const char* text : {R"({"method":"m"})", R"({"method":"m","id":null})", R"({"method":"m","id":1.5})",
                           R"({"method":"m","id":9223372036854775808})", R"({"method":"m","id":[1]})"}) {
    EXPECT_EQ(refusal_of(text), "The request has no usable `id`: an integer of 64 bits or a string") << text;
  }
}

TEST(JsonRequestId, survives_deep_nesting) {
  EXPECT_EQ(refusal_of(std::string(100'000, '[')), "The request is not JSON");
  EXPECT_EQ(id_of(R"({"method":"m","id":1,"params":)" + std::string(5000, '[') + std::string(5000, ']') + "}").value(),
            RequestId{1});
}

TEST(JsonRequestId, is_found_in_large_requests_too) {
  const std::string large = R"({"params":[")" + std::string(1 << 20, 'x') + R"("],"method":"m","id":3})";
  EXPECT_EQ(id_of(large).value(), RequestId{3});
  EXPECT_EQ(id_of(R"({"method":"m","id":4})").value(), RequestId{4});
}

// A handler sends requests while it looks at the message that it was given.
TEST(JsonOutgoing, leaves_the_message_alone_that_is_being_handled) {
  const test::ExactBytes message{R"({"price":101})", 64};
  const simdjson::dom::element* const value = parse(message.text());
  ASSERT_NE(value, nullptr);
  EXPECT_TRUE(id_of(R"({"method":"m","id":4})"));
  EXPECT_TRUE(is_object_or_array(test::ExactBytes{R"({"price":5})"}.text()));
  EXPECT_EQ((*value)["price"].get_int64().value(), 101);
}

TEST(JsonIsObjectOrArray, tells_them_from_all_else) {
  for (const char* text : {"{}", "[]", R"( {"a":[1]} )", "[null]"}) EXPECT_TRUE(is_object_or_array(text)) << text;
  for (const char* text : {"", " ", "1", "\"a\"", "null", "{", "{}{}", "[1,]", "{} ,\"id\":2"}) {
    EXPECT_FALSE(is_object_or_array(text)) << text;
  }
}

TEST(MethodOf, is_that_of_an_object_and_of_nothing_else) {
  EXPECT_EQ(method_of(R"({"id":1,"method":"a\"b"})"), "a\"b");
  for (const char* text : {"", "m", "{}", R"({"method":1})", R"(["method","m"])", R"({"method":"m")"}) {
    EXPECT_EQ(method_of(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace zenws::json
