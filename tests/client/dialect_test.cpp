// What a dialect of the user's gets without writing it: replies, what they say of channels, and nothing of a venue's.
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <zenws/dialect.hpp>

#include "support/parsed_json.hpp"
#include "support/readings.hpp"

namespace zenws {
namespace {

using test::answer_of;
using test::reading_of;

class OwnDialect final : public Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
};
const OwnDialect own_dialect;

TEST(DialectRequestId, is_the_id_of_whatever_object) {
  const test::ParsedJson number{R"({"op":"subscribe","id":-7})"};
  EXPECT_EQ(own_dialect.request_id(*number), RequestIdView{-7});
  const test::ParsedJson text{R"({"id":"a"})"};
  EXPECT_EQ(own_dialect.request_id(*text), RequestIdView{"a"});
}

TEST(DialectRequestId, is_an_error_where_there_is_none) {
  for (const char* text : {"{}", R"({"method":"m"})", R"({"id":null})", R"({"id":1.5})"}) {
    const test::ParsedJson request{text};
    const Result<RequestIdView> id = own_dialect.request_id(*request);
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error(), errc::invalid_config) << text;
  }
}

TEST(DialectRead, finds_replies) {
  EXPECT_EQ(reading_of(own_dialect, R"({"id":1,"result":null})"), "reply 1");
  EXPECT_EQ(reading_of(own_dialect, R"({"jsonrpc":"2.0","id":"a","error":{"code":1}})"), "reply 'a'");
}

TEST(DialectRead, makes_nothing_of_the_rest) {
  for (const std::string& message : test::meaningless_messages()) {
    EXPECT_EQ(reading_of(own_dialect, message), "other") << message;
  }
  EXPECT_EQ(reading_of(own_dialect, R"({"method":"subscription","params":{"channel":"c"}})"), "other");
}

TEST(DialectAnswer, confirms_what_the_result_lists) {
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"result":["a","b","c"]})"), "a b c|");
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"result":["c","a"]})"), "c a|the server's answer does not list it");
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"result":[]})"), "|the server's answer does not list it");
}

TEST(DialectAnswer, confirms_nothing_that_was_not_asked_and_nothing_twice) {
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"result":["x","a","a","b","c",""]})"), "a b c|");
}

TEST(DialectAnswer, confirms_all_by_any_other_result) {
  for (const char* result : {"null", "true", R"("ok")", "0", "{}", R"({"a":"error"})", "[1]", R"(["a",null])"}) {
    EXPECT_EQ(answer_of(own_dialect, fmt::format(R"({{"id":1,"result":{}}})", result)), "a b c|") << result;
  }
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"result":true,"error":null})"), "a b c|");
}

TEST(DialectAnswer, confirms_none_by_an_error_and_says_why) {
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"error":{"code":11050,"message":"bad_request"}})"),
            "|11050: bad_request");
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"error":{"code":5}})"), "|5");
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"error":{"message":"no"}})"), "|no");
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"error":"not you"})"), "|not you");
  EXPECT_EQ(answer_of(own_dialect, R"({"id":1,"error":{"code":1,"message":"x"},"result":["a"]})"), "|1: x");
  for (const char* error : {"{}", "true", "null", R"({"code":"a","message":[]})"}) {
    EXPECT_EQ(answer_of(own_dialect, fmt::format(R"({{"id":1,"error":{}}})", error)), "|refused without a reason");
  }
}

TEST(DialectAnswer, confirms_none_by_what_is_no_answer) {
  for (const char* reply : {"{}", "[]", "null", R"({"id":1})"}) {
    EXPECT_EQ(answer_of(own_dialect, reply), "|the reply has neither result nor error") << reply;
  }
}

TEST(DialectDefaults, number_no_update) {
  const test::ParsedJson update{R"({"u":7,"params":{"data":{"change_id":8}}})"};
  EXPECT_EQ(own_dialect.update_id(*update), std::nullopt);
}

TEST(DialectDefaults, log_in_nowhere_and_keep_nothing_alive) {
  EXPECT_FALSE(own_dialect.greet());
  EXPECT_EQ(own_dialect.heartbeat().type, HeartbeatType::disabled);
}

TEST(DialectDefaults, let_every_message_cost_one_token) {
  EXPECT_EQ(own_dialect.cost(""), 1U);
  EXPECT_EQ(own_dialect.cost(R"({"method":"private/buy"})"), 1U);
}

}  // namespace
}  // namespace zenws
