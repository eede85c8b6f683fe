// What both roles of the opening handshake share.
#include "ws/upgrade.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace zenws::ws {
namespace {

TEST(UpgradeKey, is_answered_as_in_the_example_of_section_1_3) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(accept_key(" dGhlIHNhbXBsZSBub25jZQ== "), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(UpgradeKey, is_sixteen_bytes_in_base64_and_different_each_time) {
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.insert(make_key());
  EXPECT_EQ(keys.size(), 100U);
  for (const std::string& key : keys) {
    EXPECT_EQ(key.size(), 24U);
    EXPECT_TRUE(key.ends_with("=="));
  }
}

TEST(UpgradeHeaders, of_the_handshake_are_known) {
  for (const char* name : {"Host", "host", "CONNECTION", "Upgrade", "Sec-WebSocket-Key", "sec-websocket-protocol",
                           "Sec-WebSocket-Anything", "Content-Length", "Transfer-Encoding"}) {
    EXPECT_TRUE(is_handshake_header(name)) << name;
  }
  for (const char* name :
       {"Authorization", "Origin", "User-Agent", "Cookie", "Sec-WebSocket", "Hosts", "", "X-Upgrade"}) {
    EXPECT_FALSE(is_handshake_header(name)) << name;
  }
}

}  // namespace
}  // namespace zenws::ws
