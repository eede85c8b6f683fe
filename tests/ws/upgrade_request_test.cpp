// The request as the client sends it (RFC 6455 §4.1).
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/url.hpp"
#include "ws/upgrade.hpp"

namespace zenws::ws {
namespace {

Url url(std::string_view text = "wss://example.org:8443/feed?x=1") { return *parse_url(text); }

TEST(UpgradeRequest, is_what_section_4_1_asks_for) {
  const UpgradeRequest request = make_upgrade_request(url(), {{.name = "X-Mine", .value = "yes"}}, {"v2", "v1"});
  EXPECT_EQ(request.text,
            "GET /feed?x=1 HTTP/1.1\r\nHost: example.org:8443\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: " +
                request.key +
                "\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Protocol: v2, v1\r\nX-Mine: yes\r\n\r\n");
  EXPECT_EQ(request.subprotocols, (std::vector<std::string>{"v2", "v1"}));
}

TEST(UpgradeRequest, offers_no_subprotocol_when_there_is_none) {
  EXPECT_EQ(make_upgrade_request(url(), {}, {}).text.find("Protocol"), std::string::npos);
}

TEST(UpgradeRequest, authorizes_as_the_url_says_unless_the_headers_do) {
  const Url with_user = url("ws://u:p@example.org/");
  EXPECT_TRUE(make_upgrade_request(with_user, {}, {}).text.contains("\r\nAuthorization: Basic dTpw\r\n"));
  const std::string own = make_upgrade_request(with_user, {{.name = "authorization", .value = "Bearer t"}}, {}).text;
  EXPECT_TRUE(own.contains("\r\nauthorization: Bearer t\r\n"));
  EXPECT_FALSE(own.contains("Basic"));
}

}  // namespace
}  // namespace zenws::ws
