// PEM from text and files, and what is said when it is not what it should be.
#include "net/tls_credentials.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "net/tls_server.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::HasSubstr;

struct TlsCredentials : ::testing::Test {
  SslContextPtr context{SSL_CTX_new(TLS_client_method())};
  testing::Identity own = identity("client.example");
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("zenws-credentials-" + std::to_string(::getpid()));

  TlsCredentials() { std::filesystem::create_directories(folder); }
  ~TlsCredentials() override { std::filesystem::remove_all(folder); }

  std::string file(const std::string& name, std::string_view text) {
    const auto path = folder / name;
    std::ofstream{path} << text;
    return path.string();
  }
  [[nodiscard]] int trusted() const {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.get())));
  }
  void expect_refused(const Result<>& result, std::string_view text) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), errc::invalid_config);
    EXPECT_EQ(result.error().phase(), Phase::tls);
    EXPECT_THAT(std::string{result.error().detail()}, HasSubstr(text));
    EXPECT_EQ(ERR_peek_error(), 0U);
  }
};

TEST_F(TlsCredentials, trust_the_cas_of_a_text) {
  EXPECT_TRUE(load_trust(*context, {.ca_pem = own.ca_pem + own.certificate_pem}));
  EXPECT_EQ(trusted(), 2);
}

TEST_F(TlsCredentials, trust_the_cas_of_a_file_and_of_a_text_together) {
  EXPECT_TRUE(load_trust(*context, {.ca_file = file("ca.pem", own.ca_pem), .ca_pem = own.certificate_pem}));
  EXPECT_EQ(trusted(), 2);
}

TEST_F(TlsCredentials, trust_the_systems_store_when_nothing_is_given) { EXPECT_TRUE(load_trust(*context, {})); }

TEST_F(TlsCredentials, refuse_a_ca_file_that_is_not_there) {
  expect_refused(load_trust(*context, {.ca_file = "/nowhere/ca.pem"}),
                 "cannot read the CA file /nowhere/ca.pem: No such file or directory");
}

TEST_F(TlsCredentials, refuse_a_ca_file_that_is_a_folder) {
  expect_refused(load_trust(*context, {.ca_file = folder.string()}), "cannot read the CA file");
}

TEST_F(TlsCredentials, refuse_a_ca_file_without_certificates) {
  const auto path = file("empty.pem", "not PEM at all\n");
  expect_refused(load_trust(*context, {.ca_file = path}), "no certificate in the CA file " + path);
}

TEST_F(TlsCredentials, refuse_a_damaged_certificate_behind_a_good_one) {
  std::string damaged = own.certificate_pem;
  damaged[damaged.size() / 2] = '!';
  expect_refused(load_trust(*context, {.ca_pem = own.ca_pem + damaged}), "a damaged certificate");
}

TEST_F(TlsCredentials, use_a_certificate_and_its_key) {
  EXPECT_TRUE(load_identity(*context, {.certificate_pem = own.certificate_pem, .key_pem = own.key_pem}));
  EXPECT_EQ(SSL_CTX_check_private_key(context.get()), 1);
}

TEST_F(TlsCredentials, use_files_as_well) {
  EXPECT_TRUE(load_identity(*context, {.certificate_file = file("cert.pem", own.certificate_pem + own.ca_pem),
                                       .key_file = file("key.pem", own.key_pem)}));
  EXPECT_EQ(SSL_CTX_check_private_key(context.get()), 1);
}

TEST_F(TlsCredentials, find_the_key_beside_the_certificate) {
  EXPECT_TRUE(load_identity(*context, {.certificate_pem = own.certificate_pem + own.key_pem}));
  EXPECT_EQ(SSL_CTX_check_private_key(context.get()), 1);
}

TEST_F(TlsCredentials, are_none_when_nothing_is_given) {
  EXPECT_TRUE(load_identity(*context, {}));
  EXPECT_EQ(SSL_CTX_get0_certificate(context.get()), nullptr);
}

TEST_F(TlsCredentials, refuse_a_key_of_another_certificate) {
  expect_refused(
      load_identity(*context, {.certificate_pem = own.certificate_pem, .key_pem = identity("x.example").key_pem}),
      "does not belong to the client's certificate");
}

TEST_F(TlsCredentials, refuse_a_certificate_without_a_key) {
  expect_refused(load_identity(*context, {.certificate_pem = own.certificate_pem}), "no private key");
}

TEST_F(TlsCredentials, refuse_a_key_without_a_certificate) {
  expect_refused(load_identity(*context, {.key_pem = own.key_pem}), "a client key is given without its certificate");
}

TEST_F(TlsCredentials, refuse_a_key_with_a_passphrase_rather_than_ask_for_it) {
  const KeyPtr key{EVP_EC_gen("P-256")};
  const BioPtr bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(), "open sesame", 11, nullptr, nullptr);
  const char* text = nullptr;
  const auto size = static_cast<std::size_t>(BIO_ctrl(bio.get(), BIO_CTRL_INFO, 0, &text));
  expect_refused(load_identity(*context, {.certificate_pem = own.certificate_pem, .key_pem = std::string(text, size)}),
                 "no private key without a passphrase");
}

}  // namespace
}  // namespace zenws::net::tests
