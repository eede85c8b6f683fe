// Explanations name the reason and the remedy, for everything that the library can return.
#include <cerrno>
#include <netdb.h>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include <zenws/error.hpp>

namespace zenws {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

void expect_complete(const Error& error) {
  const Explanation why = explain(error);
  EXPECT_FALSE(why.message.empty()) << to_string(error);
  EXPECT_FALSE(why.suggestion.empty()) << to_string(error);
  EXPECT_THAT(why.docs_url, StartsWith("docs/guide/errors.md#")) << to_string(error);
}

TEST(Explain, has_words_for_every_system_resolver_and_certificate_code) {
  for (int code = -1; code < 200; ++code) {
    expect_complete(Error{{code, std::system_category()}, Phase::connect});
    expect_complete(Error{{code, std::generic_category()}, Phase::open});
    expect_complete(Error{{code, certificate_category()}, Phase::tls});
    expect_complete(Error{{-code, resolver_category()}, Phase::resolve});
  }
}

TEST(Explain, has_words_for_every_tls_reason) {
  for (int reason = 0; reason < 1200; ++reason) {
    expect_complete(Error{{static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, reason)), tls_category()}, Phase::tls});
  }
}

TEST(Explain, has_words_for_every_status_and_close_code) {
  for (int status = 0; status < 700; ++status) {
    expect_complete(Error{errc::upgrade_rejected, Phase::upgrade}.with_http({status, "", {}, ""}));
  }
  for (std::uint16_t code = 0; code < 6000; ++code) {
    expect_complete(Error{errc::disconnected, Phase::open}.with_close({code, ""}));
  }
}

TEST(Explain, has_words_for_a_category_it_does_not_know) {
  const Error error{std::make_error_code(std::io_errc::stream), Phase::open};
  expect_complete(error);
  EXPECT_THAT(explain(error).message, HasSubstr(error.code().message()));
}

TEST(Explain, says_the_system_s_own_words_when_the_table_has_none) {
  const Error error{{EXDEV, std::system_category()}};
  EXPECT_THAT(explain(error).message, HasSubstr(std::system_category().message(EXDEV)));
}

TEST(Explain, names_the_plain_port_behind_a_wrong_version_number) {
  const Error error{{static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_WRONG_VERSION_NUMBER)), tls_category()}};
  EXPECT_THAT(explain(error).suggestion, HasSubstr("plain HTTP port spoken to with wss://"));
}

TEST(Explain, names_the_option_that_helps) {
  const auto certificate = [](int code) {
    return explain(Error{{code, certificate_category()}, Phase::tls}).suggestion;
  };
  EXPECT_THAT(certificate(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY), HasSubstr("Options::tls.ca_file"));
  EXPECT_THAT(certificate(X509_V_ERR_HOSTNAME_MISMATCH), HasSubstr("TlsOptions::server_name"));
  EXPECT_THAT(explain(Error{errc::timeout}).suggestion, HasSubstr("Options::timeout"));
  EXPECT_THAT(explain(Error{errc::send_queue_full}).suggestion, HasSubstr("Options::send_queue_limit"));
  EXPECT_THAT(explain(Error{errc::message_too_big}).suggestion, HasSubstr("Options::max_message_size"));
}

TEST(Explain, adds_the_detail) {
  EXPECT_THAT(explain(Error{errc::invalid_config, Phase::config, "URL is required"}).message,
              HasSubstr("URL is required"));
}

TEST(Explain, names_status_and_close_code_with_its_reason) {
  EXPECT_THAT(explain(Error{errc::upgrade_rejected}.with_http({418, "", {}, ""})).message, HasSubstr("HTTP 418"));
  EXPECT_THAT(explain(Error{errc::disconnected}.with_close({4003, "bad login"})).message,
              HasSubstr("(close 4003): bad login"));
}

TEST(Explain, adds_the_last_error_and_its_remedy_to_used_up_retries) {
  const Error refused{{ECONNREFUSED, std::system_category()}, Phase::connect};
  const Explanation outer = explain(Error{errc::max_reconnection_attempts}.with_cause(refused));
  const Explanation inner = explain(refused);
  EXPECT_THAT(outer.message, HasSubstr(inner.message));
  EXPECT_THAT(outer.suggestion, HasSubstr(inner.suggestion));
}

TEST(Explain, escapes_what_the_network_says) {
  const Error error = Error{errc::disconnected, Phase::open, "\x1b[0m"}.with_close({4000, "a\nb"});
  EXPECT_EQ(explain(error).message.find_first_of("\x1b\n"), std::string::npos);
}

TEST(Explain, never_shows_header_values_or_bodies) {
  const Error error = Error{errc::upgrade_rejected}.with_http({401, "", {{"Set-Cookie", "s3cret"}}, "s3cret"});
  EXPECT_THAT(explain(error).message + explain(error).suggestion, Not(HasSubstr("s3cret")));
}

TEST(FindError, knows_each_kind_of_name) {
  EXPECT_TRUE(find_error("send_queue_full") == errc::send_queue_full);
  ASSERT_TRUE(find_error("401"));
  EXPECT_EQ(find_error("401")->http()->status, 401);
  ASSERT_TRUE(find_error("1006"));
  EXPECT_EQ(find_error("1006")->close()->code, 1006);
  EXPECT_EQ(find_error("ECONNREFUSED")->code(), (std::error_code{ECONNREFUSED, std::system_category()}));
  EXPECT_EQ(find_error("EAI_NONAME")->code(), (std::error_code{EAI_NONAME, resolver_category()}));
  EXPECT_EQ(find_error("X509_V_ERR_CERT_HAS_EXPIRED")->code(),
            (std::error_code{X509_V_ERR_CERT_HAS_EXPIRED, certificate_category()}));
  EXPECT_EQ(find_error("SSL_R_WRONG_VERSION_NUMBER")->code().message(), "wrong version number");
}

TEST(FindError, does_not_mind_case) {
  EXPECT_TRUE(find_error("Econnrefused"));
  EXPECT_TRUE(find_error("TIMEOUT"));
}

TEST(FindError, knows_codes_that_only_their_family_is_listed_of) {
  EXPECT_EQ(explain(*find_error("599")).docs_url, "docs/guide/errors.md#http-5xx");
  EXPECT_EQ(explain(*find_error("4999")).docs_url, "docs/guide/errors.md#close-4xxx");
}

TEST(FindError, finds_nothing_by_a_name_nobody_has) {
  for (const char* name : {"", " ", "nonsense", "101", "199", "600", "999", "5000", "-1", "401x", "99999999999", "E"}) {
    EXPECT_FALSE(find_error(name)) << name;
  }
}

}  // namespace
}  // namespace zenws
