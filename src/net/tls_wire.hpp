// The socket as OpenSSL sees it: a BIO that never blocks, never raises SIGPIPE and keeps errno.
#pragma once

#include "net/openssl.hpp"

namespace zenws::net {

// What the last calls on the socket did. OpenSSL's own socket BIO uses write(), which raises SIGPIPE when the peer is
// gone, and forgets which error it was.
struct TlsWire {
  int fd = -1;
  int error = 0;         // errno of the last call that failed, 0 when it did not
  bool drained = false;  // the kernel had less than was asked for: another recv would only say EAGAIN
  bool ended = false;    // the peer's FIN was read
};

// Requires: `wire` outlives the BIO. While `wire.drained` is set, reads say "later" without asking the kernel.
[[nodiscard]] BioPtr make_bio(TlsWire& wire);

}  // namespace zenws::net
