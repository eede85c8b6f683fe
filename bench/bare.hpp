// A blocking connection to the server, upgraded, without any library: a socket, or OpenSSL on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "place.hpp"
#include "wire.hpp"

namespace bench {

class BareConnection {
 public:
  // Connects and upgrades; whatever takes longer than a minute fails.
  BareConnection(const Place& place, std::string_view target);

  [[nodiscard]] int number() const noexcept { return socket_.number(); }
  void send_all(std::span<const std::byte> bytes) const;
  // One text message, for when its cost does not matter.
  void send_text(std::string_view text) const;
  // Bytes received; 0: the server hung up.
  [[nodiscard]] std::size_t receive_some(std::span<std::byte> into) const;
  // The same; throws when the server hung up.
  [[nodiscard]] std::size_t receive(std::span<std::byte> into) const;

 private:
  struct Free {
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
  };

  void start_tls(const std::string& certificate);
  void upgrade(std::uint16_t port, std::string_view target) const;

  Descriptor socket_;
  std::unique_ptr<SSL, Free> tls_;
};

}  // namespace bench
