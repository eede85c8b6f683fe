// The server's own certificate authority, and the certificates it signs.
#pragma once

#include <string>
#include <string_view>

#include <zenws/error.hpp>

namespace zenws::testing {

// A server's key and certificate, and who signed it; all PEM.
struct Identity {
  std::string ca_pem;
  std::string certificate_pem;
  std::string key_pem;
};

// Signs a certificate by the process's one authority: for `host` (a DNS name or an IP address), or for localhost,
// 127.0.0.1 and ::1 when it is empty; `expired` = it was valid until yesterday.
// Threads: any. Errors: invalid_config for a host that is neither; OpenSSL's own, in phase tls.
Result<Identity> make_identity(std::string_view host, bool expired);

}  // namespace zenws::testing
