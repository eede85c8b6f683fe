// The transport below as OpenSSL sees it: a BIO that never blocks and keeps the error.
#pragma once

#include <cstddef>
#include <system_error>

#include "net/openssl.hpp"
#include "net/transport.hpp"

namespace zenws::net {

// What the last calls on the transport below did. OpenSSL's own socket BIO knows sockets only, raises SIGPIPE when the
// peer is gone, and forgets which error it was.
struct TlsWire {
  Transport& below;
  std::error_code error = {};  // of the last call that failed, none when it did not
  bool ended = false;          // the peer's end was read
  // Of the present call: the one read that it may make, so that its work is bounded whatever the peer sends.
  bool received = false;
  bool drained = false;  // another would give nothing
  std::size_t bytes = 0;

  // Before each call that may read.
  void allow_read() noexcept { received = drained = false, bytes = 0; }
};

// Requires: `wire` outlives the BIO. While `wire.received` is set, reads say "later" without asking the transport.
[[nodiscard]] BioPtr make_bio(TlsWire& wire);

// How a context's connections read and write, so that TlsTransport keeps Transport's promises: a read takes all that
// the wire has, a write may go on with bytes that lie elsewhere, and an idle connection holds no buffers.
void fit_to_wire(SSL_CTX& context) noexcept;

}  // namespace zenws::net
