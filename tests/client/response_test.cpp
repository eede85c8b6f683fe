// The answer to a request keeps its bytes and what they say.
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <zenws/json.hpp>
#include <zenws/json_rpc.hpp>

namespace zenws {
namespace {

using namespace std::chrono_literals;

TEST(Response, keeps_its_text_beyond_the_message) {
  std::string source = R"({"id":1,"result":{"price":101.5}})";
  Response response{source, 250us};
  source.assign(source.size(), '?');
  EXPECT_EQ(response.text(), R"({"id":1,"result":{"price":101.5}})");
  EXPECT_EQ(response.round_trip(), 250us);
  EXPECT_DOUBLE_EQ(response.json()["result"]["price"].get_double().value(), 101.5);
}

TEST(Response, parses_once) {
  Response response{R"({"id":1,"result":"a"})", 1us};
  EXPECT_EQ(&response.json(), &response.json());
}

TEST(Response, moves_with_its_json) {
  Response first{R"({"id":1,"result":"a"})", 1us};
  const simdjson::dom::element& value = first.json();
  Response second = std::move(first);
  EXPECT_EQ(&second.json(), &value);
  EXPECT_EQ(value["result"].get_string().value(), "a");
}

TEST(Response, lives_beside_others) {
  Response a{R"({"id":1,"result":"a"})", 1us};
  Response b{R"({"id":2,"error":{"code":3,"message":"b"}})", 1us};
  const json_rpc::Match first = json_rpc::match_response(a.json());
  const json_rpc::Match second = json_rpc::match_response(b.json());
  EXPECT_EQ(std::get<json_rpc::Success>(first).result().get_string().value(), "a");
  EXPECT_EQ(std::get<json_rpc::Failure>(second).message, "b");
}

TEST(Response, of_broken_text_is_null) {
  Response response{"{", 1us};
  EXPECT_TRUE(response.json().is_null());
  EXPECT_TRUE(std::holds_alternative<json_rpc::Unknown>(json_rpc::match_response(response.json())));
}

}  // namespace
}  // namespace zenws
