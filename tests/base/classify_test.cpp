// What may be tried again: the contract's two lists, code by code.
#include <cerrno>
#include <netdb.h>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include <zenws/error.hpp>

#include "base/explain_table.hpp"

namespace zenws {
namespace {

Severity of_system(int code) { return classify(Error{{code, std::system_category()}, Phase::connect}); }
Severity of_status(int status) {
  return classify(Error{errc::upgrade_rejected, Phase::upgrade}.with_http({status, "", {}, ""}));
}
Severity of_close(int code) {
  return classify(Error{errc::disconnected, Phase::open}.with_close({static_cast<std::uint16_t>(code), ""}));
}
Error tls_error(int library, int reason, Phase phase = Phase::tls) {
  return Error{{static_cast<int>(ERR_PACK(library, 0, reason)), tls_category()}, phase};
}

TEST(Classify, retries_what_the_network_does) {
  for (const int code : {ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN,
                         EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL}) {
    EXPECT_EQ(of_system(code), Severity::recoverable) << code;
    EXPECT_EQ(classify(Error{{code, std::generic_category()}}), Severity::recoverable) << code;
  }
}

TEST(Classify, gives_up_on_what_this_machine_forbids) {
  for (const int code : {EACCES, EPERM, EAFNOSUPPORT, EINVAL, EBADF, ENOENT, ECANCELED}) {
    EXPECT_EQ(of_system(code), Severity::fatal) << code;
  }
}

TEST(Classify, retries_name_resolution) {
  for (const int code : {EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_NODATA, -9999}) {
    EXPECT_EQ(classify(Error{{code, resolver_category()}, Phase::resolve}), Severity::recoverable) << code;
  }
}

TEST(Classify, judges_a_refused_upgrade_by_its_status) {
  for (const int status : {408, 425, 429, 500, 501, 502, 503, 504, 520, 599}) {
    EXPECT_EQ(of_status(status), Severity::recoverable) << status;
  }
  for (const int status : {200, 204, 301, 302, 307, 400, 401, 403, 404, 407, 410, 418, 426, 451, 0, 99, 600, -1}) {
    EXPECT_EQ(of_status(status), Severity::fatal) << status;
  }
  EXPECT_EQ(classify(Error{errc::upgrade_rejected}), Severity::fatal);
}

TEST(Classify, judges_a_lost_connection_by_its_close_code) {
  for (const int code : {1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014}) {
    EXPECT_EQ(of_close(code), Severity::recoverable) << code;
  }
  for (const int code :
       {0, 999, 1002, 1003, 1004, 1007, 1008, 1009, 1010, 1015, 2999, 3000, 3999, 4000, 4999, 5000, 65535}) {
    EXPECT_EQ(of_close(code), Severity::fatal) << code;
  }
}

TEST(Classify, does_not_let_a_close_code_excuse_our_own_verdict) {
  EXPECT_EQ(classify(Error{errc::closed}.with_close({1000, ""})), Severity::fatal);
  EXPECT_EQ(classify(Error{errc::protocol_error}.with_close({1006, ""})), Severity::fatal);
  EXPECT_EQ(classify(Error{errc::heartbeat_missed}.with_close({1002, ""})), Severity::recoverable);
}

TEST(Classify, never_retries_a_certificate_that_does_not_verify) {
  for (const int code : {X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_CERT_REVOKED,
                         X509_V_ERR_OUT_OF_MEM, 9999}) {
    EXPECT_EQ(classify(Error{{code, certificate_category()}, Phase::tls}), Severity::fatal) << code;
  }
}

TEST(Classify, retries_tls_alerts_of_a_transient_kind_only) {
  for (const int reason : {SSL_R_TLSV1_ALERT_INTERNAL_ERROR, SSL_R_UNEXPECTED_EOF_WHILE_READING,
                           SSL_R_TLSV1_ALERT_USER_CANCELLED, SSL_R_SSLV3_ALERT_BAD_RECORD_MAC}) {
    EXPECT_EQ(classify(tls_error(ERR_LIB_SSL, reason)), Severity::recoverable) << reason;
  }
  for (const int reason : {SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
                           SSL_R_NO_SHARED_CIPHER, SSL_R_WRONG_VERSION_NUMBER, SSL_R_TLSV1_ALERT_UNKNOWN_CA,
                           SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, SSL_R_CERTIFICATE_VERIFY_FAILED}) {
    EXPECT_EQ(classify(tls_error(ERR_LIB_SSL, reason)), Severity::fatal) << reason;
  }
}

TEST(Classify, sees_the_system_error_inside_a_tls_code) {
  const auto packed = [](int code) { return static_cast<int>(ERR_SYSTEM_FLAG | static_cast<unsigned int>(code)); };
  EXPECT_EQ(classify(Error{{packed(ECONNRESET), tls_category()}, Phase::tls}), Severity::recoverable);
  EXPECT_EQ(classify(Error{{packed(EACCES), tls_category()}, Phase::tls}), Severity::fatal);
}

TEST(Classify, does_not_take_another_librarys_reason_for_tls) {
  EXPECT_EQ(classify(tls_error(ERR_LIB_PEM, SSL_R_UNEXPECTED_EOF_WHILE_READING)), Severity::fatal);
}

TEST(Classify, takes_an_unknown_failure_of_an_open_connection_for_a_drop) {
  constexpr int unlisted = SSL_R_APPLICATION_DATA_AFTER_CLOSE_NOTIFY;
  EXPECT_EQ(classify(tls_error(ERR_LIB_SSL, unlisted, Phase::tls)), Severity::fatal);
  EXPECT_EQ(classify(tls_error(ERR_LIB_SSL, unlisted, Phase::open)), Severity::recoverable);
}

TEST(Classify, takes_every_loss_of_an_open_connections_transport_or_tls_for_a_drop) {
  for (const Row& row : rows_of(Source::tls)) {
    EXPECT_EQ(classify(tls_error(ERR_LIB_SSL, row.code, Phase::open)), Severity::recoverable) << row.name;
  }
  for (const Row& row : rows_of(Source::system)) {
    EXPECT_EQ(classify(Error{{row.code, std::system_category()}, Phase::open}), Severity::recoverable) << row.name;
  }
  EXPECT_EQ(classify(Error{errc::protocol_error, Phase::open}), Severity::fatal);
}

TEST(Classify, retries_our_own_codes_that_pass_by_themselves) {
  for (const errc code :
       {errc::not_connected, errc::timeout, errc::disconnected, errc::send_queue_full, errc::mailbox_full,
        errc::rate_limited, errc::queue_full, errc::heartbeat_missed, errc::idle_timeout, errc::no_connections,
        errc::max_attempts_exceeded, errc::recorder_failed}) {
    EXPECT_EQ(classify(Error{code}), Severity::recoverable) << to_string(Error{code});
  }
}

TEST(Classify, gives_up_on_our_own_codes_that_need_a_change) {
  for (const errc code :
       {errc::invalid_config, errc::closed, errc::max_reconnection_attempts, errc::bad_accept, errc::protocol_error,
        errc::invalid_utf8, errc::message_too_big, errc::duplicate_request_id, errc::not_found, errc::would_deadlock,
        errc::unauthorized, errc::subscription_rejected, errc::cancelled}) {
    EXPECT_EQ(classify(Error{code}), Severity::fatal) << to_string(Error{code});
  }
}

TEST(Classify, does_not_look_inside_used_up_retries) {
  EXPECT_EQ(classify(Error{errc::max_reconnection_attempts}.with_cause(Error{errc::timeout})), Severity::fatal);
}

}  // namespace
}  // namespace zenws
