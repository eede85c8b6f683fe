// The four error categories: whose codes pass through the library, and their names in words.
#include <netdb.h>
#include <string>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <zenws/error.hpp>

#include "base/explain_table.hpp"

namespace zenws {
namespace {

class OwnCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "zenws"; }
  [[nodiscard]] std::string message(int value) const override {
    const Row* row = find_row(Source::own, value);
    return row != nullptr ? std::string{row->message} : fmt::format("Unknown error {}", value);
  }
};

class ResolverCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "zenws.resolver"; }
  [[nodiscard]] std::string message(int value) const override { return ::gai_strerror(value); }
};

class TlsCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "zenws.tls"; }
  [[nodiscard]] std::string message(int value) const override {
    const auto packed = static_cast<unsigned int>(value);
    if (ERR_SYSTEM_ERROR(packed)) return std::system_category().message(ERR_GET_REASON(packed));
    // Without this, OpenSSL has no words before the first connection.
    OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr);
    const char* reason = ERR_reason_error_string(packed);
    return reason != nullptr ? std::string{reason} : fmt::format("TLS error {:08X}", packed);
  }
};

class CertificateCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "zenws.certificate"; }
  [[nodiscard]] std::string message(int value) const override { return X509_verify_cert_error_string(value); }
};

}  // namespace

const std::error_category& error_category() noexcept {
  static const OwnCategory category;
  return category;
}

const std::error_category& resolver_category() noexcept {
  static const ResolverCategory category;
  return category;
}

const std::error_category& tls_category() noexcept {
  static const TlsCategory category;
  return category;
}

const std::error_category& certificate_category() noexcept {
  static const CertificateCategory category;
  return category;
}

std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), error_category()}; }

}  // namespace zenws
