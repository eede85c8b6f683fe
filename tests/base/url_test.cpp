// URLs by RFC 6455 §3 and RFC 3986: what is accepted, what becomes of it, what is refused.
#include "base/url.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws {
namespace {

using testing::HasSubstr;
using testing::Not;

Url parsed(std::string_view text) {
  auto url = parse_url(text);
  EXPECT_TRUE(url) << text;
  return url ? *url : Url{};
}

void expect_refused(std::string_view text, std::string_view why) {
  const auto url = parse_url(text);
  ASSERT_FALSE(url) << text;
  EXPECT_TRUE(url.error() == errc::invalid_config) << text;
  EXPECT_EQ(url.error().phase(), Phase::config) << text;
  EXPECT_EQ(url.error().detail(), why) << text;
}
void expect_invalid(std::string_view text) { expect_refused(text, "Invalid URL format"); }

TEST(Url, is_taken_apart) {
  EXPECT_EQ(parsed("wss://test.deribit.com/ws/api/v2"), (Url{.secure = true,
                                                             .host = "test.deribit.com",
                                                             .port = 443,
                                                             .target = "/ws/api/v2",
                                                             .host_header = "test.deribit.com",
                                                             .authorization = "",
                                                             .redacted = "wss://test.deribit.com/ws/api/v2"}));
}

TEST(Url, is_required) { expect_refused("", "URL is required"); }

TEST(UrlScheme, decides_about_tls_and_the_port) {
  EXPECT_EQ(parsed("ws://h").port, 80);
  EXPECT_FALSE(parsed("ws://h").secure);
  EXPECT_EQ(parsed("wss://h").port, 443);
  EXPECT_TRUE(parsed("wss://h").secure);
}

TEST(UrlScheme, is_read_in_any_case) {
  EXPECT_TRUE(parsed("WsS://h").secure);
  EXPECT_FALSE(parsed("WS://h").secure);
}

TEST(UrlScheme, must_be_one_of_websocket) {
  for (const char* text : {"http://h", "https://h", "wsss://h", "h", "//h", "://h", "ws:h", "ws:/h", "w s://h"}) {
    expect_invalid(text);
  }
}

TEST(UrlHost, is_needed) {
  for (const char* text : {"ws://", "ws:///", "ws://:80", "ws://user@", "ws://user@:80/", "ws://?q", "ws://#f"}) {
    expect_invalid(text);
  }
}

TEST(UrlHost, is_kept_as_given) {
  EXPECT_EQ(parsed("ws://Example.COM").host, "Example.COM");
  EXPECT_EQ(parsed("ws://127.0.0.1:9").host, "127.0.0.1");
  EXPECT_EQ(parsed("ws://my_host-1.internal.").host, "my_host-1.internal.");
}

TEST(UrlHost, is_decoded) { EXPECT_EQ(parsed("ws://a%2Eb").host, "a.b"); }

TEST(UrlHost, with_odd_characters_is_refused) {
  for (const char* text : {"ws://a%20b", "ws://a%00b", "ws://a%0d%0aX:y", "ws://a%2fb", "ws://a%40b", "ws://a!b",
                           "ws://a,b", "ws://%c3%a4", "ws://\xc3\xa4", "ws://a%"}) {
    expect_invalid(text);
  }
}

TEST(UrlHost, may_be_an_ipv6_literal) {
  const Url url = parsed("ws://[::1]:9001/");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 9001);
  EXPECT_EQ(url.host_header, "[::1]:9001");
  EXPECT_EQ(parsed("wss://[2001:db8::1]").host_header, "[2001:db8::1]");
}

TEST(UrlHost, in_broken_brackets_is_refused) {
  for (const char* text :
       {"ws://[::1", "ws://::1", "ws://[]", "ws://[1]", "ws://[::g]", "ws://[v1.x]", "ws://[::1]x"}) {
    expect_invalid(text);
  }
}

TEST(UrlPort, is_within_1_and_65535) {
  EXPECT_EQ(parsed("ws://h:1").port, 1);
  EXPECT_EQ(parsed("ws://h:65535").port, 65535);
  for (const char* text : {"ws://h:0", "ws://h:00", "ws://h:65536", "ws://h:99999999999999999999", "ws://h:-1",
                           "ws://h:x", "ws://h:80x", "ws://h:8:9"}) {
    expect_invalid(text);
  }
}

TEST(UrlPort, may_be_empty_or_have_leading_zeros) {
  EXPECT_EQ(parsed("wss://h:/").port, 443);
  EXPECT_EQ(parsed("ws://h:00443").port, 443);
}

TEST(UrlPort, stands_in_the_host_header_unless_it_is_the_schemes_own) {
  EXPECT_EQ(parsed("ws://h:80").host_header, "h");
  EXPECT_EQ(parsed("wss://h:443").host_header, "h");
  EXPECT_EQ(parsed("ws://h:443").host_header, "h:443");
  EXPECT_EQ(parsed("wss://h:80").host_header, "h:80");
}

TEST(UrlTarget, is_a_slash_at_least) {
  EXPECT_EQ(parsed("ws://h").target, "/");
  EXPECT_EQ(parsed("ws://h/").target, "/");
  EXPECT_EQ(parsed("ws://h?a=1").target, "/?a=1");
}

TEST(UrlTarget, keeps_path_and_query_verbatim) {
  EXPECT_EQ(parsed("ws://h/A%2f/../b?streams=btcusdt@trade/ethusdt@depth&x=%20+&&e=&f").target,
            "/A%2f/../b?streams=btcusdt@trade/ethusdt@depth&x=%20+&&e=&f");
  EXPECT_EQ(parsed("ws://h/?").target, "/?");
}

TEST(UrlTarget, is_without_the_fragment) {
  EXPECT_EQ(parsed("ws://h/p?q=1#frag?x").target, "/p?q=1");
  EXPECT_EQ(parsed("ws://h#frag").target, "/");
  EXPECT_THAT(parsed("ws://h#frag").redacted, Not(HasSubstr("frag")));
}

TEST(UrlUserinfo, becomes_basic_credentials) {
  EXPECT_EQ(parsed("ws://user:pass@h").authorization, "Basic dXNlcjpwYXNz");
  EXPECT_EQ(parsed("ws://user@h").authorization, "Basic dXNlcjo=");
  EXPECT_EQ(parsed("ws://:pass@h").authorization, "Basic OnBhc3M=");
}

TEST(UrlUserinfo, is_decoded_first) {
  EXPECT_EQ(parsed("ws://u%40x:p%3Aq%2F@h").authorization, "Basic dUB4OnA6cS8=");  // u@x:p:q/
}

TEST(UrlUserinfo, that_is_empty_makes_no_credentials) {
  EXPECT_EQ(parsed("ws://@h").authorization, "");
  EXPECT_EQ(parsed("ws://:@h").authorization, "");
}

TEST(UrlUserinfo, that_basic_cannot_express_is_refused) {
  for (const char* text : {"ws://a%3Ab:c@h", "ws://a%0D%0Ab:c@h", "ws://a:%00@h", "ws://a:%7F@h"}) expect_invalid(text);
}

TEST(UrlUserinfo, does_not_take_the_host_for_a_user) {
  EXPECT_EQ(parsed("ws://good.example:80@evil.example/").host, "evil.example");
  expect_invalid("ws://good.example@middle@evil.example/");
  expect_invalid("ws://good.example\\@evil.example/");
}

TEST(UrlUserinfo, is_never_shown) {
  const Url url = parsed("wss://user:hunter2@h/p?token=t0ken");
  EXPECT_EQ(url.redacted, "wss://[REDACTED]@h/p?token=[REDACTED]");
}

TEST(UrlText, holds_visible_ascii_only) {
  for (const char* text : {" ws://h", "ws://h ", "ws://h/a b", "ws://h/\t", "ws://h/\r\nX: y", "ws://h/\x7f",
                           "ws://h/\xff", "ws://h/\xe2\x82\xac"}) {
    expect_invalid(text);
  }
  expect_invalid(std::string_view{"ws://h/\0x", 9});
}

TEST(UrlText, that_is_no_uri_is_refused) {
  for (const char* text : {"ws://h/{x}", "ws://h/%zz", "ws://h/%2", "ws://h/a|b", "ws://h/\"", "ws://h/[x]"}) {
    expect_invalid(text);
  }
}

TEST(UrlText, is_bounded) {
  const std::string most = "ws://h/" + std::string(65536 - 7, 'a');
  EXPECT_EQ(parsed(most).target.size(), most.size() - 6);
  expect_invalid(most + "a");
}

// Every prefix of a rich URL, from a buffer of exactly its size: a sanitizer sees any read beyond.
TEST(UrlText, is_never_read_beyond_its_end) {
  const std::string text = "wss://us%41er:p%20w@[2001:db8::1]:8443/p/%41?a=1&b#f";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::vector<char> exact(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
    const auto url = parse_url({exact.data(), exact.size()});
    EXPECT_TRUE(url || url.error() == errc::invalid_config) << size;
  }
}

}  // namespace
}  // namespace zenws
