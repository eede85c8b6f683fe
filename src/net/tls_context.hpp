// What TlsOptions mean to OpenSSL: trust, identity, and the check of the far end. Shared by all who ask for the same.
#pragma once

#include <memory>
#include <string>

#include <zenws/error.hpp>
#include <zenws/options.hpp>

#include "net/openssl.hpp"
#include "net/tls_ticket.hpp"

namespace zenws::net {

// What the check of one connection's far end found. Set as the SSL's app data; written during the handshake.
struct TlsPeer {
  CertificatePtr certificate;         // the peer's own; null when it sent none
  int verified = X509_V_OK;           // X509_V_ERR_*: what is wrong with it
  bool rejected = false;              // and that was not to be overlooked
  std::string expected;               // the name it must be valid for
  bool resumed = false;               // all of this was found on an earlier connection
  bool ticket_came = false;           // since this was last looked at: OpenSSL made its write buffer for nothing
  std::shared_ptr<TlsTicket> ticket;  // where sessions are kept for the next; may be null
};

// Immutable once made. Threads: any. Lifetime: outlives the connections made of it.
class TlsContext : public std::enable_shared_from_this<TlsContext> {
 public:
  // One context for all connections with equal options, made at first use; a file that changed on disk is read again.
  // Errors: invalid_config in phase tls, the detail names the file and what is wrong with it.
  static Result<std::shared_ptr<const TlsContext>> shared(const TlsOptions& options);
  // Same, never shared.
  static Result<std::shared_ptr<const TlsContext>> make(const TlsOptions& options);

  // A client's side of a connection to `host`: SNI and host check set (RFC 6066 §3, RFC 6125), ready for SSL_connect.
  // Offers what peer.ticket holds. Requires: `peer` outlives the result.
  Result<SslPtr> connection(const std::string& host, TlsPeer& peer) const;
  // Called once the handshake is done. When it resumed, verify() was not asked: takes over what it said then.
  void handshake_done(SSL& ssl, TlsPeer& peer) const;

 private:
  explicit TlsContext(const TlsOptions& options);
  Result<> set_up();
  static int verify(X509_STORE_CTX* chain, void* context);
  static int session_made(SSL* ssl, SSL_SESSION* session);
  [[nodiscard]] bool is_pinned(X509_STORE_CTX& chain, bool valid) const;

  TlsOptions options_;
  SslContextPtr context_;
};

}  // namespace zenws::net
