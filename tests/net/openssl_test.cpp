// OpenSSL's error queue, read as std::error_code.
#include "net/openssl.hpp"

#include <cerrno>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <zenws/error.hpp>

namespace zenws::net {
namespace {

TEST(OpensslError, is_the_first_that_was_queued_and_leaves_the_queue_empty) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
  ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
  const std::error_code error = take_openssl_error();
  EXPECT_EQ(error.category(), tls_category());
  EXPECT_EQ(ERR_GET_REASON(static_cast<unsigned long>(error.value())), SSL_R_WRONG_VERSION_NUMBER);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(OpensslError, of_the_system_stays_the_systems) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SYS, ENOENT);
  EXPECT_EQ(take_openssl_error(), std::error_code(ENOENT, std::system_category()));
}

}  // namespace
}  // namespace zenws::net
