// Requests as text, and messages by their meaning.
#include <string>
#include <variant>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <zenws/json.hpp>
#include <zenws/json_rpc.hpp>

#include "json/outgoing.hpp"
#include "json/parser.hpp"
#include "support/parsed_json.hpp"

namespace zenws::json_rpc {
namespace {

using test::ParsedJson;

std::string refusal_of(const Result<std::string>& request) {
  if (request) return "built " + *request;
  EXPECT_EQ(request.error(), errc::invalid_config);
  return std::string{request.error().detail()};
}

TEST(BuildRequest, writes_json_rpc_2_0) {
  EXPECT_EQ(build_request("public/test", {}, 7).value(), R"({"jsonrpc":"2.0","id":7,"method":"public/test"})");
  EXPECT_EQ(build_request("m", R"({"a": 1})", -1).value(),
            R"({"jsonrpc":"2.0","id":-1,"method":"m","params":{"a": 1}})");
  EXPECT_EQ(build_request("m", "[1,2]", "x").value(), R"({"jsonrpc":"2.0","id":"x","method":"m","params":[1,2]})");
}

TEST(BuildRequest, counts_its_own_ids) {
  const auto first = json::request_id(build_request("m").value(), json::id_of_call);
  const auto second = json::request_id(build_request("m").value(), json::id_of_call);
  ASSERT_TRUE(first && second);
  EXPECT_LT(std::get<std::int64_t>(*first), std::get<std::int64_t>(*second));
}

TEST(BuildRequest, lets_no_method_or_id_break_out_of_its_quotes) {
  EXPECT_EQ(build_request(R"(m","id":9,"x":")", {}, R"(a"b)").value(),
            R"({"jsonrpc":"2.0","id":"a\"b","method":"m\",\"id\":9,\"x\":\""})");
  EXPECT_EQ(build_request("a\r\n", {}, 1).value(), R"({"jsonrpc":"2.0","id":1,"method":"a\r\n"})");
}

TEST(BuildRequest, lets_no_params_break_out_of_their_place) {
  for (const char* params : {R"({},"id":2)", "{}}", "[1", "1", "null", "\"a\"", " ", "{}\x01", "params"}) {
    EXPECT_EQ(refusal_of(build_request("m", params, 1)), "Params must be a JSON object or array") << params;
  }
}

TEST(BuildRequest, wants_a_method_in_utf8) {
  EXPECT_EQ(refusal_of(build_request("")), "A request needs a method");
  EXPECT_EQ(refusal_of(build_request("m\xFF")), "Method and id of a request must be UTF-8");
  EXPECT_EQ(refusal_of(build_request("m", {}, "\xC0\xAF")), "Method and id of a request must be UTF-8");
}

std::string id_text(RequestIdView id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return fmt::format("{}", *number);
  return fmt::format("'{}'", std::get<std::string_view>(id));
}

struct Describe {
  std::string operator()(const Success& m) const {
    return fmt::format("success {} {}", id_text(m.id), simdjson::minify(m.result()));
  }
  std::string operator()(const Failure& m) const {
    return fmt::format("failure {} {} {}", id_text(m.id), m.code, m.message);
  }
  std::string operator()(const Notification& m) const { return fmt::format("notification {}", m.method); }
  std::string operator()(const ServerRequest& m) const { return fmt::format("request {} {}", id_text(m.id), m.method); }
  std::string operator()(const Unknown&) const { return "unknown"; }
};

void expect(std::string_view text, std::string_view meaning) {
  const ParsedJson message{text};
  EXPECT_EQ(std::visit(Describe{}, match_response(*message)), meaning) << text;
}

TEST(MatchResponse, finds_successes) {
  expect(R"({"jsonrpc":"2.0","id":1,"result":{"a":[1]}})", R"(success 1 {"a":[1]})");
  expect(R"({"result":null,"id":"a"})", "success 'a' null");
  expect(R"({"id":1,"result":2,"error":null})", "success 1 2");  // JSON-RPC 1.0
  expect(R"({"id":1,"result":2,"error":[]})", "success 1 2");
  expect(R"({"id":-9223372036854775808,"result":false})", "success -9223372036854775808 false");
}

TEST(MatchResponse, finds_failures) {
  expect(R"({"id":1,"error":{"code":-32601,"message":"Method not found"}})", "failure 1 -32601 Method not found");
  expect(R"({"id":"a","error":{"code":2,"msg":"bad"},"result":null})", "failure 'a' 2 bad");
  expect(R"({"id":1,"error":"bad"})", "failure 1 0 bad");
  expect(R"({"id":1,"error":{}})", "failure 1 0 ");
  expect(R"({"id":1,"error":null})", "failure 1 0 ");
}

TEST(MatchResponse, finds_failures_that_name_no_request) {
  for (const char* id : {"null", "1.5", "9223372036854775808", "true", "[]", "{}"}) {
    expect(fmt::format(R"({{"id":{},"error":{{"code":-32700,"message":"Parse error"}}}})", id),
           "failure 0 -32700 Parse error");
  }
  expect(R"({"error":{"code":1,"message":"m"}})", "failure 0 1 m");
}

TEST(MatchResponse, finds_what_the_server_says_unasked) {
  expect(R"({"jsonrpc":"2.0","method":"subscription","params":{}})", "notification subscription");
  expect(R"({"method":"","result":1})", "notification ");
}

TEST(MatchResponse, finds_what_the_server_asks) {
  expect(R"({"id":5,"method":"ping"})", "request 5 ping");
  expect(R"({"id":"x","method":"ping","result":0,"error":{}})", "request 'x' ping");
}

TEST(MatchResponse, knows_nothing_of_the_rest) {
  for (const char* text :
       {"{}", "[]", "1", "null", R"("a")", R"({"id":1})", R"({"result":1})", R"({"id":null,"result":1})",
        R"({"id":1.0,"result":1})", R"({"id":9223372036854775808,"result":1})", R"({"method":7,"id":1,"result":1})",
        R"({"method":null,"error":{}})", R"({"method":"m","id":null})", R"({"method":"m","id":1.5})",
        R"({"error":null,"price":1})", R"({"error":"","price":1})", R"([{"id":1,"result":1}])",
        R"({"data":{"id":1,"result":1}})"}) {
    expect(text, "unknown");
  }
}

TEST(MatchResponse, takes_the_first_of_two_fields_of_one_name) {
  expect(R"({"id":1,"id":2,"result":3,"result":4})", "success 1 3");
  expect(R"({"method":"a","method":"b"})", "notification a");
}

TEST(MatchResponse, survives_deep_nesting) {
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  const std::string text = R"({"id":1,"result":)" + deep + "}";
  expect(text, "success 1 " + deep);
}

TEST(MatchResponse, keeps_several_results_apart) {
  const ParsedJson first{R"({"id":1,"result":"one"})"};
  const ParsedJson second{R"({"id":2,"result":"two"})"};
  const Match one = match_response(*first);
  const Match two = match_response(*second);
  const Match copy = one;
  EXPECT_EQ(std::get<Success>(one).result().get_string().value(), "one");
  EXPECT_EQ(std::get<Success>(two).result().get_string().value(), "two");
  EXPECT_EQ(std::get<Success>(copy).result().get_string().value(), "one");
}

// Whoever settles a request by its reply_id() finds a Success or a Failure in it, and nobody else does.
TEST(MatchResponse, agrees_with_reply_id) {
  for (const char* text :
       {R"({"id":1,"result":1})", R"({"id":1,"error":null})", R"({"id":"a","error":{}})", R"({"id":1,"error":false})",
        R"({"id":null,"result":1})", R"({"id":1,"method":"m","result":1})", R"({"id":1,"method":2,"error":1})", "[]"}) {
    const ParsedJson message{text};
    const Match match = match_response(*message);
    const bool answers = std::holds_alternative<Success>(match) || std::holds_alternative<Failure>(match);
    EXPECT_EQ(json::reply_id(*message).has_value(), answers) << text;
  }
}

}  // namespace
}  // namespace zenws::json_rpc
