// What is shown of a URL, a header or a path holds none of its secrets.
#include "base/redact.hpp"

#include <gtest/gtest.h>

namespace zenws {
namespace {

TEST(RedactUrl, leaves_a_url_without_secrets_alone) {
  EXPECT_EQ(redact_url("wss://h.example:8443/a/btcusdt@trade"), "wss://h.example:8443/a/btcusdt@trade");
  EXPECT_EQ(redact_url("ws://[::1]:9"), "ws://[::1]:9");
}

TEST(RedactUrl, hides_the_userinfo_as_a_whole) {
  EXPECT_EQ(redact_url("ws://user:pass@h/"), "ws://[REDACTED]@h/");
  EXPECT_EQ(redact_url("ws://user@h/"), "ws://[REDACTED]@h/");
  EXPECT_EQ(redact_url("ws://@h/"), "ws://[REDACTED]@h/");
}

TEST(RedactUrl, hides_query_values_and_keeps_their_keys) {
  EXPECT_EQ(redact_url("ws://h/?a=1&key=s3=cret&c="), "ws://h/?a=[REDACTED]&key=[REDACTED]&c=[REDACTED]");
}

TEST(RedactUrl, hides_a_parameter_without_a_key_since_it_may_be_a_token) {
  EXPECT_EQ(redact_url("ws://h/?s3cret"), "ws://h/?[REDACTED]");
  EXPECT_EQ(redact_url("ws://h/?a=1&s3cret&"), "ws://h/?a=[REDACTED]&[REDACTED]&");
  EXPECT_EQ(redact_url("ws://h/?"), "ws://h/?");
}

TEST(RedactUrl, drops_the_fragment) { EXPECT_EQ(redact_url("ws://h/p#access_token=x"), "ws://h/p"); }

TEST(RedactUrl, knows_other_schemes) {
  EXPECT_EQ(redact_url("socks5h://user:pass@proxy:1080"), "socks5h://[REDACTED]@proxy:1080");
}

TEST(RedactUrl, hides_whole_what_is_no_url_with_a_host) {
  for (const char* text : {"", "s3cret", "user:pass@host", "wss:/user:pass@h/", "wss:///user:pass@h/", "ws://h/ s3cret",
                           "ws://user:pa ss@h/", "mailto:a@b", "ws://user:p@ss@h/", "ws://h:x", "ws://user:p%zz@h"}) {
    EXPECT_EQ(redact_url(text), "[REDACTED]") << text;
  }
}

TEST(ShownName, is_the_name_of_an_ordinary_header) {
  for (const char* name : {"Authorization", "X-MBX-APIKEY", "sec-websocket-key", "X-B3-TraceId", "OK-ACCESS-SIGN",
                           "Content-MD5", "x_y", "X Y", "X-Amz-Content-Sha256", ""}) {
    EXPECT_EQ(shown_name({name, "Bearer s3cret"}), name);
  }
  EXPECT_EQ(shown_name({"Accept", "text/html, application/json"}), "Accept");
  EXPECT_EQ(shown_name({"Connection", "keep-alive"}), "Connection");
}

TEST(ShownName, hides_a_value_in_its_place) {
  for (const char* value :
       {"Authorization", "authorization", "Cookie", "X-Api-Key", "X-MBX-APIKEY", "api-key", "Sec-WebSocket-Key"}) {
    EXPECT_EQ(shown_name({"topsecret", value}), "[REDACTED]") << value;
  }
  for (const char* name : {"Bearer topsecret", "Basic topsecret", "token topsecret", "s3cret", "0123456789abcdef",
                           "eyJhbGciOiJIUzI1NiJ9.e30.x", "dXNlcjpwYXNz==", "550e8400-e29b-41d4-a716-446655440000",
                           "X\r\nCookie", "averyveryverylongtopsecretword"}) {
    EXPECT_EQ(shown_name({name, ""}), "[REDACTED]") << name;
  }
}

TEST(ShownName, leaves_out_a_value_that_stands_behind_it) {
  EXPECT_EQ(shown_name({"Authorization: Bearer s3cret", ""}), "Authorization");
  EXPECT_EQ(shown_name({"s3cret:", ""}), "[REDACTED]");
  EXPECT_EQ(shown_name({":s3cret", ""}), "");
}

TEST(ShownPath, hides_a_key_in_its_place) {
  EXPECT_EQ(shown_path("/etc/ssl/key.pem"), "/etc/ssl/key.pem");
  EXPECT_EQ(shown_path("-----BEGIN PRIVATE KEY-----"), "[REDACTED]");
  EXPECT_EQ(shown_path("MIIEvQ\nIBADAN"), "[REDACTED]");
}

}  // namespace
}  // namespace zenws
