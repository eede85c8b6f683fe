// The check of the far end: which certificates are accepted, which are refused and why, and what is told of them.
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "net/certificate.hpp"
#include "net/tls_fixture.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::HasSubstr;

std::string pem(const std::function<int(BIO*)>& write) {
  const BioPtr memory{BIO_new(BIO_s_mem())};
  EXPECT_EQ(write(memory.get()), 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

// Signed by itself, without subjectAltName.
testing::Identity with_common_name_only(const char* name) {
  const KeyPtr key{EVP_EC_gen("P-256")};
  const CertificatePtr certificate{X509_new()};
  X509* const made = certificate.get();
  X509_set_version(made, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(made));
  X509_set_pubkey(made, key.get());
  EXPECT_GT(X509_sign(made, key.get(), EVP_sha256()), 0);
  const std::string itself = pem([&](BIO* out) { return PEM_write_bio_X509(out, made); });
  return {.ca_pem = itself, .certificate_pem = itself, .key_pem = pem([&](BIO* out) {
                                                         return PEM_write_bio_PrivateKey(out, key.get(), nullptr,
                                                                                         nullptr, 0, nullptr, nullptr);
                                                       })};
}

struct TlsChecks : TlsTransports {
  void expect_refused(const TlsOptions& options, const std::string& host, int verdict, std::string_view text) {
    TlsServer server{setup};
    auto stream = connect_tls(on, server.port(), options, host);
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().code(), std::error_code(verdict, certificate_category())) << to_string(stream.error());
    EXPECT_EQ(stream.error().phase(), Phase::tls);
    EXPECT_THAT(std::string{stream.error().detail()}, HasSubstr(text));
    EXPECT_FALSE(server.seen().handshake_done);
    EXPECT_EQ(server.seen().application_data, "");
  }
  void expect_accepted(const TlsOptions& options, const std::string& host) {
    TlsServer server{setup};
    auto stream = connect_tls(on, server.port(), options, host);
    ASSERT_TRUE(stream) << to_string(stream.error());
    EXPECT_EQ(write(**stream, "hello").status, Transfer::Status::ok);
    (*stream)->close(false);
    EXPECT_EQ(server.seen().application_data, "hello");
  }
  std::string pin() const {
    const BioPtr bio{BIO_new_mem_buf(setup.identity.certificate_pem.data(), -1)};
    const CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
    return spki_pin(*certificate);
  }
};

TEST_F(TlsChecks, accept_a_certificate_of_a_trusted_ca_for_the_host) {
  expect_accepted(trusting(setup.identity), "localhost");
}

TEST_F(TlsChecks, accept_an_address_that_the_certificate_names) {
  expect_accepted(trusting(setup.identity), "127.0.0.1");
  expect_accepted(trusting(setup.identity), "::1");
}

TEST_F(TlsChecks, accept_a_host_with_the_roots_dot) { expect_accepted(trusting(setup.identity), "localhost."); }

TEST_F(TlsChecks, accept_by_the_name_that_the_options_give_instead_of_the_urls) {
  setup.identity = identity("feed.example");
  TlsOptions options = trusting(setup.identity);
  options.server_name = "feed.example";
  expect_accepted(options, "127.0.0.1");
}

TEST_F(TlsChecks, refuse_an_unknown_ca) {
  expect_refused({}, "localhost", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "unable to get local issuer");
}

TEST_F(TlsChecks, refuse_another_host) {
  setup.identity = identity("other.example");
  expect_refused(trusting(setup.identity), "localhost", X509_V_ERR_HOSTNAME_MISMATCH, "expected host localhost");
}

// RFC 9525 §2: the common name identifies nobody.
TEST_F(TlsChecks, refuse_a_certificate_that_has_the_host_as_its_common_name_only) {
  setup.identity = with_common_name_only("localhost");
  expect_refused(trusting(setup.identity), "localhost", X509_V_ERR_HOSTNAME_MISMATCH, "names (none)");
}

TEST_F(TlsChecks, refuse_an_address_that_the_certificate_does_not_name) {
  setup.identity = identity("127.0.0.2");
  expect_refused(trusting(setup.identity), "127.0.0.1", X509_V_ERR_IP_ADDRESS_MISMATCH, "names 127.0.0.2");
}

TEST_F(TlsChecks, refuse_an_expired_certificate) {
  setup.identity = identity({}, true);
  expect_refused(trusting(setup.identity), "localhost", X509_V_ERR_CERT_HAS_EXPIRED, "expired");
}

TEST_F(TlsChecks, accept_a_pinned_key) {
  TlsOptions options = trusting(setup.identity);
  options.pinned_spki_sha256 = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", pin()};
  expect_accepted(options, "localhost");
}

TEST_F(TlsChecks, refuse_a_key_that_is_not_pinned_and_tell_its_pin) {
  TlsOptions options = trusting(setup.identity);
  options.pinned_spki_sha256 = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
  expect_refused(options, "localhost", X509_V_ERR_APPLICATION_VERIFICATION, pin());
}

TEST_F(TlsChecks, accept_the_pinned_key_of_the_ca_that_signed) {
  const BioPtr bio{BIO_new_mem_buf(setup.identity.ca_pem.data(), -1)};
  const CertificatePtr ca{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
  TlsOptions options = trusting(setup.identity);
  options.pinned_spki_sha256 = {spki_pin(*ca)};
  expect_accepted(options, "localhost");
}

TEST_F(TlsChecks, accept_anything_when_told_so) {
  setup.identity = identity("other.example", true);
  expect_accepted({.insecure_skip_verify = true}, "localhost");
}

TEST_F(TlsChecks, hold_pins_even_when_told_to_accept_anything) {
  TlsOptions options{.insecure_skip_verify = true};
  options.pinned_spki_sha256 = {pin()};
  expect_accepted(options, "localhost");
  options.pinned_spki_sha256 = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
  expect_refused(options, "localhost", X509_V_ERR_APPLICATION_VERIFICATION, "not pinned");
}

TEST_F(TlsChecks, send_the_host_as_server_name_but_never_an_address) {
  {
    TlsServer server{setup};
    connect(server)->close(false);
    EXPECT_EQ(server.seen().server_name, "localhost");
    EXPECT_EQ(server.seen().alpn, "\x08http/1.1");
  }
  TlsServer server{setup};
  auto stream = connect_tls(on, server.port(), trusting(setup.identity), "127.0.0.1");
  ASSERT_TRUE(stream);
  (*stream)->close(false);
  EXPECT_EQ(server.seen().server_name, "");
}

TEST_F(TlsChecks, show_the_clients_certificate_when_asked) {
  const auto own = identity("client.example");
  TlsOptions options = trusting(setup.identity);
  options.certificate_pem = own.certificate_pem;
  options.key_pem = own.key_pem;
  TlsServer server{setup};
  auto stream = connect_tls(on, server.port(), options);
  ASSERT_TRUE(stream) << to_string(stream.error());
  (*stream)->close(false);
  EXPECT_TRUE(server.seen().client_certificate);
}

TEST_F(TlsChecks, refuse_a_server_that_only_speaks_older_versions) {
  setup.highest_version = TLS1_1_VERSION;
  TlsServer server{setup};
  auto stream = connect_tls(on, server.port(), trusting(setup.identity));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code().category(), tls_category());
  EXPECT_FALSE(server.seen().handshake_done);
}

TEST_F(TlsChecks, describe_the_connection_and_the_certificate) {
  TlsServer server{setup};
  auto stream = connect(server);
  const std::string text = stream->description();
  stream->close(false);
  EXPECT_THAT(text, HasSubstr("TLSv1.3, TLS_"));
  EXPECT_THAT(text, HasSubstr("ALPN http/1.1"));
  EXPECT_THAT(text, HasSubstr("verified for localhost"));
}

TEST_F(TlsChecks, describe_the_certificate_that_was_refused) {
  setup.identity = identity("other.example");
  TlsServer server{setup};
  auto stream = *open_tls(on, server.port(), trusting(setup.identity));
  EXPECT_EQ(shake_hands(*stream).status, Transfer::Status::failed);
  EXPECT_THAT(stream->description(), HasSubstr("other.example"));
  EXPECT_THAT(stream->description(), HasSubstr("not verified: hostname mismatch"));
}

}  // namespace
}  // namespace zenws::net::tests
