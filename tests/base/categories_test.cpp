// The names and words of the error categories.
#include <cerrno>
#include <limits>
#include <netdb.h>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include <zenws/error.hpp>

namespace zenws {
namespace {

TEST(Categories, have_their_documented_names) {
  EXPECT_STREQ(error_category().name(), "zenws");
  EXPECT_STREQ(resolver_category().name(), "zenws.resolver");
  EXPECT_STREQ(tls_category().name(), "zenws.tls");
  EXPECT_STREQ(certificate_category().name(), "zenws.certificate");
}

TEST(Categories, speak_with_the_words_of_their_layer) {
  EXPECT_EQ(make_error_code(errc::send_queue_full).message(), "The send queue is full; nothing was sent");
  EXPECT_EQ(resolver_category().message(EAI_NONAME), gai_strerror(EAI_NONAME));
  EXPECT_EQ(tls_category().message(static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_WRONG_VERSION_NUMBER))),
            "wrong version number");
  EXPECT_EQ(certificate_category().message(X509_V_ERR_CERT_HAS_EXPIRED), "certificate has expired");
}

TEST(Categories, have_words_for_codes_nobody_knows) {
  constexpr int unknown = std::numeric_limits<int>::max();
  for (const auto* category : {&error_category(), &resolver_category(), &tls_category(), &certificate_category()}) {
    EXPECT_FALSE(category->message(unknown).empty()) << category->name();
    EXPECT_FALSE(category->message(0).empty()) << category->name();
  }
}

TEST(TlsCategory, speaks_with_the_words_of_the_system_for_a_system_error_inside) {
  const auto packed = static_cast<int>(ERR_SYSTEM_FLAG | static_cast<unsigned int>(ECONNRESET));
  EXPECT_EQ(tls_category().message(packed), std::system_category().message(ECONNRESET));
}

TEST(Errc, is_an_error_code_by_itself) {
  const std::error_code code = errc::timeout;
  EXPECT_EQ(code.category(), error_category());
  EXPECT_EQ(code, errc::timeout);
}

}  // namespace
}  // namespace zenws
