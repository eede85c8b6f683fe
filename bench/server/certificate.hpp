// The server's TLS: a certificate for localhost that is made when the server starts and signs itself.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

namespace bench {

struct FreeContext {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

// A context with a fresh certificate, which is also written to `file` as PEM, for clients to trust; empty: nowhere.
[[nodiscard]] TlsContext make_tls_context(const std::string& file);

}  // namespace bench
