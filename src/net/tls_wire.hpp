// The socket as OpenSSL sees it: a BIO that never blocks, never raises SIGPIPE and keeps errno.
#pragma once

#include <cstddef>

#include "net/openssl.hpp"

namespace zenws::net {

// What the last calls on the socket did. OpenSSL's own socket BIO uses write(), which raises SIGPIPE when the peer is
// gone, and forgets which error it was.
struct TlsWire {
  int fd = -1;
  int error = 0;       // errno of the last call that failed, 0 when it did not
  bool ended = false;  // the peer's FIN was read
  // Of the present call: the one recv that it may make, so that its work is bounded whatever the peer sends.
  bool received = false;
  bool drained = false;  // it gave less than was asked for: another would only say EAGAIN
  std::size_t bytes = 0;

  // Before each call that may read.
  void allow_recv() noexcept { received = drained = false, bytes = 0; }
};

// Requires: `wire` outlives the BIO. While `wire.received` is set, reads say "later" without asking the kernel.
[[nodiscard]] BioPtr make_bio(TlsWire& wire);

}  // namespace zenws::net
