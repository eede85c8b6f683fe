// The certificates as OpenSSL reads them back.
#include "testing/certificate.hpp"

#include <memory>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace zenws::testing {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate read(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> memory{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                             &BIO_free_all};
  return {PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), &X509_free};
}

TEST(Certificate, is_signed_by_an_authority_that_may_sign) {
  const auto identity = make_identity("", false);
  ASSERT_TRUE(identity);
  const Certificate ca = read(identity->ca_pem), leaf = read(identity->certificate_pem);
  ASSERT_TRUE(ca && leaf);
  EXPECT_EQ(X509_check_ca(ca.get()), 1);
  EXPECT_EQ(X509_check_ca(leaf.get()), 0);
  EXPECT_EQ(X509_check_issued(ca.get(), leaf.get()), X509_V_OK);
  EXPECT_EQ(X509_verify(leaf.get(), X509_get0_pubkey(ca.get())), 1);
  EXPECT_EQ(X509_check_purpose(leaf.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_get_version(leaf.get()), X509_VERSION_3);
}

TEST(Certificate, has_the_names_asked_for) {
  const auto usual = make_identity("", false), other = make_identity("a.example", false);
  ASSERT_TRUE(usual && other);
  const Certificate first = read(usual->certificate_pem), second = read(other->certificate_pem);
  EXPECT_EQ(X509_check_host(first.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(first.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(first.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_host(second.get(), "a.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(second.get(), "localhost", 0, 0, nullptr), 0);
}

TEST(Certificate, is_valid_now_or_was_until_yesterday) {
  const auto fresh = make_identity("", false), expired = make_identity("", true);
  ASSERT_TRUE(fresh && expired);
  const Certificate valid = read(fresh->certificate_pem), old = read(expired->certificate_pem);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(valid.get())), 0);
  EXPECT_GT(X509_cmp_current_time(X509_get0_notAfter(valid.get())), 0);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(old.get())), 0);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notAfter(old.get())), 0);
}

TEST(Certificate, comes_from_one_authority_a_process_with_a_key_of_its_own) {
  const auto one = make_identity("", false), two = make_identity("", false);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->ca_pem, two->ca_pem);
  EXPECT_NE(one->certificate_pem, two->certificate_pem);
  EXPECT_NE(one->key_pem, two->key_pem);
}

TEST(Certificate, takes_no_host_that_OpenSSL_would_read_as_something_else) {
  for (const char* host : {"a,DNS:b", "a b", "dirName:x", "x\n"}) {
    const auto identity = make_identity(host, false);
    ASSERT_FALSE(identity) << host;
    EXPECT_TRUE(identity.error() == errc::invalid_config);
  }
}

TEST(Certificate, of_a_very_long_host_is_refused_or_made_but_never_crashes) {
  const auto identity = make_identity(std::string(200, 'a'), false);
  ASSERT_TRUE(identity) << to_string(identity.error());
  EXPECT_EQ(X509_check_host(read(identity->certificate_pem).get(), std::string(200, 'a').c_str(), 0, 0, nullptr), 1);
}

}  // namespace
}  // namespace zenws::testing
