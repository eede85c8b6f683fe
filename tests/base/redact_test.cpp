// What is shown of a URL holds none of its secrets.
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

}  // namespace
}  // namespace zenws
