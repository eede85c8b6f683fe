// How OpenSSL's error queue is read.
#include "net/openssl.hpp"

#include <openssl/err.h>

#include <zenws/error.hpp>

namespace zenws::net {

std::error_code take_openssl_error() noexcept {
  const unsigned long packed = ERR_get_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(packed)) return {ERR_GET_REASON(packed), std::system_category()};
  return {static_cast<int>(packed), tls_category()};
}

}  // namespace zenws::net
