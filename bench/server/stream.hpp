// A non-blocking connection of the server's, plain or TLS: the two differ here only.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <sys/types.h>

#include <openssl/ssl.h>

#include "wire.hpp"

namespace bench {

class Stream {
 public:
  // What read() and write() return beside a number of bytes.
  static constexpr ssize_t blocked = 0;
  static constexpr ssize_t gone = -1;

  // Takes a non-blocking socket; `tls` null: plain.
  Stream(Descriptor socket, SSL_CTX* tls);

  [[nodiscard]] int number() const noexcept { return socket_.number(); }
  // Bytes read, blocked or gone.
  [[nodiscard]] ssize_t read(std::span<std::byte> into);
  // Bytes taken, blocked or gone. After blocked: the same bytes must come first again.
  [[nodiscard]] ssize_t write(std::span<const std::byte> bytes);
  // Bytes can be read though the socket has none.
  [[nodiscard]] bool has_more() const noexcept { return tls_ && SSL_has_pending(tls_.get()) == 1; }

 private:
  struct Free {
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
  };

  [[nodiscard]] ssize_t tls_result(int result) const;

  Descriptor socket_;
  std::unique_ptr<SSL, Free> tls_;
};

}  // namespace bench
