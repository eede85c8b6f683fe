// What TlsOptions mean to OpenSSL: trust, identity, and the check of the far end. Shared by all who ask for the same.
#pragma once

#include <memory>
#include <string>

#include <zenws/error.hpp>
#include <zenws/options.hpp>

#include "net/openssl.hpp"

namespace zenws::net {

// What the check of one connection's far end found. Set as the SSL's app data; written during the handshake.
struct TlsPeer {
  CertificatePtr certificate;  // the peer's own; null when it sent none
  int verified = X509_V_OK;    // X509_V_ERR_*: what is wrong with it
  bool rejected = false;       // and that was not to be overlooked
  std::string expected;        // the name it must be valid for
};

// Immutable once made. Threads: any. Lifetime: outlives the connections made of it.
class TlsContext {
 public:
  // One context for all connections with equal options, made at first use; a file that changed on disk is read again.
  // Errors: invalid_config in phase tls, the detail names the file and what is wrong with it.
  static Result<std::shared_ptr<const TlsContext>> shared(const TlsOptions& options);
  // Same, never shared.
  static Result<std::shared_ptr<const TlsContext>> make(const TlsOptions& options);

  // A client's side of a connection to `host`: SNI and host check set (RFC 6066 §3, RFC 6125), ready for SSL_connect.
  // Requires: `peer` outlives the result.
  Result<SslPtr> connection(const std::string& host, TlsPeer& peer) const;

 private:
  explicit TlsContext(const TlsOptions& options);
  Result<> set_up();
  static int verify(X509_STORE_CTX* chain, void* context);
  [[nodiscard]] bool is_pinned(X509_STORE_CTX& chain, bool valid) const;

  TlsOptions options_;
  SslContextPtr context_;
};

}  // namespace zenws::net
