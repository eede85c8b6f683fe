// An Error's parts, and how it reads.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/error.hpp>

namespace zenws {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Error, of_a_bare_code_has_no_other_part) {
  const Error error{errc::timeout};
  EXPECT_EQ(error.code(), make_error_code(errc::timeout));
  EXPECT_EQ(error.phase(), Phase::none);
  EXPECT_EQ(error.detail(), "");
  EXPECT_EQ(error.http(), nullptr);
  EXPECT_EQ(error.close(), nullptr);
  EXPECT_EQ(error.cause(), nullptr);
}

TEST(Error, passes_the_code_of_another_layer_through_unchanged) {
  const std::error_code code{ECONNREFUSED, std::system_category()};
  const Error error{code, Phase::connect, "127.0.0.1:1"};
  EXPECT_EQ(error.code(), code);
  EXPECT_EQ(error.phase(), Phase::connect);
  EXPECT_EQ(error.detail(), "127.0.0.1:1");
}

TEST(Error, says_nothing_twice) {
  EXPECT_EQ(to_string(Error{errc::closed, Phase::close, "the client was closed"}), "close: The client was closed");
  EXPECT_EQ(to_string(Error{errc::closed, Phase::close, "by hand"}), "close: The client was closed: by hand");
}

TEST(Error, equals_its_own_errc_only) {
  const Error error{errc::timeout, Phase::tls};
  EXPECT_TRUE(error == errc::timeout);
  EXPECT_FALSE(error == errc::closed);
  EXPECT_FALSE((Error{{static_cast<int>(errc::timeout), std::system_category()}} == errc::timeout));
}

TEST(Error, keeps_its_parts_when_others_are_added) {
  const Error inner{errc::idle_timeout};
  const Error error = Error{errc::upgrade_rejected, Phase::upgrade, "why"}
                          .with_http({401, "Unauthorized", {{"A", "b"}}, "body"})
                          .with_close({1008, "policy"})
                          .with_cause(inner);
  EXPECT_EQ(error.phase(), Phase::upgrade);
  EXPECT_EQ(error.detail(), "why");
  ASSERT_NE(error.http(), nullptr);
  EXPECT_EQ(*error.http(), (HttpResponse{401, "Unauthorized", {{"A", "b"}}, "body"}));
  ASSERT_NE(error.close(), nullptr);
  EXPECT_EQ(*error.close(), (CloseReason{1008, "policy"}));
  ASSERT_NE(error.cause(), nullptr);
  EXPECT_TRUE(*error.cause() == errc::idle_timeout);
}

TEST(Error, does_not_change_when_a_copy_is_given_more) {
  const Error plain{errc::disconnected, Phase::open};
  const Error closed = plain.with_close({1006, ""});
  EXPECT_EQ(plain.close(), nullptr);
  EXPECT_NE(closed.close(), nullptr);
}

TEST(ErrorText, names_phase_code_and_detail_in_one_line) {
  EXPECT_EQ(to_string(Error{{ECONNREFUSED, std::system_category()}, Phase::connect, "127.0.0.1:1"}),
            "connect: Connection refused: 127.0.0.1:1");
}

TEST(ErrorText, shows_status_close_code_and_last_error) {
  EXPECT_THAT(to_string(Error{errc::upgrade_rejected, Phase::upgrade}.with_http({503, "Busy", {}, ""})),
              HasSubstr("(HTTP 503 Busy)"));
  EXPECT_THAT(to_string(Error{errc::disconnected}.with_close({1001, "bye"})), HasSubstr("(close 1001 bye)"));
  EXPECT_THAT(to_string(Error{errc::disconnected}.with_close({1005, ""})), HasSubstr("(close 1005)"));
  EXPECT_THAT(to_string(Error{errc::max_reconnection_attempts}.with_cause(Error{errc::timeout, Phase::tls})),
              HasSubstr("; last error: tls: "));
}

TEST(ErrorText, never_shows_header_values_or_bodies) {
  const Error error = Error{errc::upgrade_rejected, Phase::upgrade}.with_http(
      {401, "Unauthorized", {{"Set-Cookie", "s3cret"}}, "token s3cret is unknown"});
  EXPECT_THAT(to_string(error), Not(HasSubstr("s3cret")));
  EXPECT_THAT(to_string(Error{errc::max_reconnection_attempts}.with_cause(error)), Not(HasSubstr("s3cret")));
}

TEST(ErrorText, escapes_what_the_network_says) {
  const Error error = Error{errc::upgrade_rejected, Phase::upgrade, "a\nb"}
                          .with_http({400, "\x1b[2J", {}, ""})
                          .with_close({4000, "x\r\ny"});
  const std::string text = to_string(error);
  EXPECT_THAT(text, HasSubstr("a\\nb"));
  EXPECT_THAT(text, HasSubstr("\\x1B[2J"));
  EXPECT_THAT(text, HasSubstr("x\\r\\ny"));
  EXPECT_EQ(text.find_first_of("\n\r\x1b"), std::string::npos);
}

TEST(ErrorPhase, has_a_name_for_each) {
  EXPECT_EQ(to_string(Phase::none), "none");
  EXPECT_EQ(to_string(Phase::config), "config");
  EXPECT_EQ(to_string(Phase::resolve), "resolve");
  EXPECT_EQ(to_string(Phase::connect), "connect");
  EXPECT_EQ(to_string(Phase::proxy), "proxy");
  EXPECT_EQ(to_string(Phase::tls), "tls");
  EXPECT_EQ(to_string(Phase::upgrade), "upgrade");
  EXPECT_EQ(to_string(Phase::open), "open");
  EXPECT_EQ(to_string(Phase::close), "close");
}

}  // namespace
}  // namespace zenws
