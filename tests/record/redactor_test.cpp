// No secret under a known key comes through, and nothing else is touched.
#include "record/redactor.hpp"

#include <gtest/gtest.h>

#include <zenws/options.hpp>

#include "json/write.hpp"

namespace zenws::record {
namespace {

struct RecordRedactor : ::testing::Test {
  Redactor redactor{RecordOptions{}.redacted_keys};

  std::string redacted_text(std::string_view text) { return redactor.redact(text).value_or("unchanged"); }
};

TEST_F(RecordRedactor, hides_values_of_every_kind) {
  EXPECT_EQ(redacted_text(R"({"access_token":"s3cret","a":1})"), R"({"access_token":"[REDACTED]","a":1})");
  EXPECT_EQ(redacted_text(R"({"signature":12345})"), R"({"signature":"[REDACTED]"})");
  EXPECT_EQ(redacted_text(R"({"signature": null , "x": [ 1 ]})"), R"({"signature": "[REDACTED]" , "x": [ 1 ]})");
  EXPECT_EQ(redacted_text(R"({"client_secret":{"a":["}",{}]},"b":2})"), R"({"client_secret":"[REDACTED]","b":2})");
  EXPECT_EQ(redacted_text(R"({"refresh_token":["s","t"]})"), R"({"refresh_token":"[REDACTED]"})");
}

TEST_F(RecordRedactor, finds_keys_at_any_depth) {
  EXPECT_EQ(redacted_text(R"({"id":1,"result":{"a":[{"access_token":"s3cret"}],"scope":"x"}})"),
            R"({"id":1,"result":{"a":[{"access_token":"[REDACTED]"}],"scope":"x"}})");
  EXPECT_EQ(redacted_text(R"([{"access_token":"a"},{"access_token":"b"}])"),
            R"([{"access_token":"[REDACTED]"},{"access_token":"[REDACTED]"}])");
}

TEST_F(RecordRedactor, is_not_fooled_by_spelling_or_escapes) {
  EXPECT_EQ(redacted_text(R"({"\u0061ccess_token" : "s\"3cret"})"), R"({"\u0061ccess_token" : "[REDACTED]"})");
  EXPECT_EQ(redacted_text(R"({"access\u005ftoken":"s3cret"})"), R"({"access\u005ftoken":"[REDACTED]"})");
  EXPECT_EQ(redacted_text("{\"access_token\"\n:\t\"s3cret\"}"), "{\"access_token\"\n:\t\"[REDACTED]\"}");
}

TEST_F(RecordRedactor, knows_keys_in_any_case) {
  EXPECT_EQ(redacted_text(R"({"Access_Token":"s"})"), R"({"Access_Token":"[REDACTED]"})");
  EXPECT_EQ(redacted_text(R"({"padding":"0123456789abcdef","SIGNATURE":"s","more":"0123456789abcdef0123456789"})"),
            R"({"padding":"0123456789abcdef","SIGNATURE":"[REDACTED]","more":"0123456789abcdef0123456789"})");
  EXPECT_EQ(redacted_text(R"({"\u0041CCESS_token":"s"})"), R"({"\u0041CCESS_token":"[REDACTED]"})");
  EXPECT_EQ(Redactor{{"PIN"}}.redact(R"({"pin":1})"), R"({"pin":"[REDACTED]"})");
}

TEST_F(RecordRedactor, knows_keys_however_their_words_are_joined) {
  for (const std::string key : {"accessToken", "AccessToken", "ACCESS_TOKEN", "access-token", "Access-Token",
                                "accesstoken", "access__token", "a_ccess_token", "clientSecret", "refreshToken"}) {
    EXPECT_EQ(redacted_text(R"({"a":1,")" + key + R"(":"s3cret"})"), R"({"a":1,")" + key + R"(":"[REDACTED]"})");
    EXPECT_EQ(redacted_text(R"({")" + key + R"(":"s3cret","padding":"0123456789abcdef0123456789"})"),
              R"({")" + key + R"(":"[REDACTED]","padding":"0123456789abcdef0123456789"})");
  }
  EXPECT_EQ(Redactor{{"apiKey"}}.redact(R"({"api_key":1})"), R"({"api_key":"[REDACTED]"})");
  EXPECT_EQ(Redactor{{"x-y"}}.redact(R"({"xy":1,"x_z":2})"), R"({"xy":"[REDACTED]","x_z":2})");
  EXPECT_EQ(Redactor{{"_"}}.redact(R"({"_":1,"":2,"x":3})"), R"({"_":"[REDACTED]","":2,"x":3})");
}

TEST_F(RecordRedactor, looks_into_json_inside_strings) {
  EXPECT_EQ(redacted_text(R"({"body":"{\"client_secret\":\"s3cret\",\"a\":1}"})"),
            R"({"body":"{\"client_secret\":\"[REDACTED]\",\"a\":1}"})");
}

TEST_F(RecordRedactor, hides_secrets_however_deep_the_strings_are_nested) {
  std::string text = R"({"accessToken":"s3cret","a":1})";
  for (int depth = 0; depth < 8; ++depth) {
    std::string quoted;
    json::append_string(quoted, text);
    text = R"({"x":)" + quoted + "}";
    EXPECT_FALSE(redactor.redact(text).value_or(text).contains("s3cret")) << depth;
  }
  std::string harmless = R"({"access":"s","token":1})";
  for (int depth = 0; depth < 8; ++depth) {
    std::string quoted;
    json::append_string(quoted, harmless);
    harmless = R"({"x":)" + quoted + "}";
    EXPECT_EQ(redacted_text(harmless), "unchanged") << depth;
  }
}

TEST_F(RecordRedactor, hides_what_a_cut_text_begins) {
  EXPECT_EQ(redacted_text(R"({"access_token":"s3cr)"), R"({"access_token":"[REDACTED]")");
  EXPECT_EQ(redacted_text(R"({"access_token":{"a":"s3cr)"), R"({"access_token":"[REDACTED]")");
  EXPECT_EQ(redacted_text(R"({"access_token":)"), R"({"access_token":"[REDACTED]")");
}

TEST_F(RecordRedactor, leaves_everything_else_alone) {
  for (const char* text : {"", "hello", R"({"a":"access_token"})", R"({"access_tokens":1})", R"({"token":"x"})",
                           R"(["access_token","x"])", R"({"access_token)"}) {
    EXPECT_EQ(redacted_text(text), "unchanged") << text;
  }
}

TEST_F(RecordRedactor, finds_a_key_wherever_it_stands) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (const std::size_t behind : {0U, 1U, 15U, 16U, 17U, 40U}) {
      const std::string head = R"({"x":")" + std::string(before, 'x') + R"(",)";
      const std::string tail = R"(,"y":")" + std::string(behind, 'y') + R"("})";
      for (const std::string key : {"signature", "a-ccessToken", "_access_token", "\\u0061ccess_token"}) {
        const std::string name = '"' + key + R"(":)";
        EXPECT_EQ(redacted_text(head + name + R"("s")" + tail), head + name + R"("[REDACTED]")" + tail);
      }
    }
  }
}

TEST(RecordRedactorKeys, are_the_users) {
  EXPECT_EQ(Redactor{{"pin"}}.redact(R"({"pin":1,"access_token":2})"), R"({"pin":"[REDACTED]","access_token":2})");
  EXPECT_EQ(Redactor{{}}.redact(R"({"access_token":2})"), std::nullopt);
  EXPECT_EQ(Redactor{{"a\"b"}}.redact(R"({"a\"b":1})"), R"({"a\"b":"[REDACTED]"})");
}

}  // namespace
}  // namespace zenws::record
