// Certificates and keys, from files or text, into an SSL_CTX.
#pragma once

#include <zenws/error.hpp>
#include <zenws/options.hpp>

#include "net/openssl.hpp"

namespace zenws::net {

// The trust store: ca_file and ca_pem, or the system's when neither is given.
// Errors: invalid_config in phase tls.
Result<> load_trust(SSL_CTX& context, const TlsOptions& options);

// The client's own certificate and key, if any is given; text goes before files. A key that stands in the certificate's
// PEM is found there. Never asks anybody for a passphrase. Errors: invalid_config in phase tls.
Result<> load_identity(SSL_CTX& context, const TlsOptions& options);

}  // namespace zenws::net
