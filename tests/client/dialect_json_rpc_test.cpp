// The language of a JSON-RPC venue whose method names are given.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/dialect.hpp>

#include "support/readings.hpp"

namespace zenws {
namespace {

using test::answer_of;
using test::reading_of;
using Channels = std::vector<std::string>;

const auto venue = Dialect::json_rpc("sub", "un\"sub");

TEST(DialectJsonRpc, uses_the_methods_it_was_given) {
  EXPECT_EQ(venue->subscribe(Channels{"a", "b\n"}, 1),
            R"({"jsonrpc":"2.0","id":1,"method":"sub","params":{"channels":["a","b\n"]}})");
  EXPECT_EQ(venue->unsubscribe(Channels{"a"}, -2),
            R"({"jsonrpc":"2.0","id":-2,"method":"un\"sub","params":{"channels":["a"]}})");
}

TEST(DialectJsonRpc, reads_a_notification_of_any_name) {
  EXPECT_EQ(reading_of(*venue, R"({"method":"ticker","params":{"channel":"c","data":1}})"), "update c");
  EXPECT_EQ(reading_of(*venue, R"({"method":"ticker","id":null,"params":{"channel":"c"}})"), "update c");
  EXPECT_EQ(reading_of(*venue, R"({"method":"m","params":{"channel":"a","channel":"b"}})"), "update a");
  EXPECT_EQ(reading_of(*venue, R"({"id":"x","result":1})"), "reply 'x'");
}

TEST(DialectJsonRpc, makes_nothing_of_the_rest) {
  for (const std::string& message : test::meaningless_messages())
    EXPECT_EQ(reading_of(*venue, message), "other") << message;
}

TEST(DialectJsonRpc, confirms_by_the_common_rules) {
  EXPECT_EQ(answer_of(*venue, R"({"id":1,"result":"ok"})"), "a b c|");
}

}  // namespace
}  // namespace zenws
