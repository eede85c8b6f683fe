// What a server gave for resuming TLS, kept from one connection to the next one like it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "net/openssl.hpp"

namespace zenws::net {

class TlsContext;

// One place for one session: the newest.
//
// A session carries what was found of the server's certificate when it was made, and a resumed connection shows no
// certificate anew. So it is offered only by the context that checked it (the same trust, the same pins, the same
// files) and only for the name that it was checked for, while the certificate is still valid. Each is offered once:
// then nobody can link two connections by it (RFC 8446 §C.4), and one that a server chokes on is gone.
//
// Threads: the loop's only.
class TlsTicket {
 public:
  // Keeps `session`, made by `context` for `name`, instead of any before it.
  void keep(std::shared_ptr<const TlsContext> context, std::string name, SslSessionPtr session) noexcept;
  // The session to offer; null: none. `now` is wall time.
  [[nodiscard]] SslSessionPtr take(const TlsContext& context, std::string_view name,
                                   std::chrono::system_clock::time_point now) noexcept;

 private:
  std::shared_ptr<const TlsContext> context_;  // held, so that no other can have its address
  std::string name_;
  SslSessionPtr session_;
};

}  // namespace zenws::net
