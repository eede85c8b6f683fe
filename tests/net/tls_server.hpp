// A far end that speaks TLS by OpenSSL's blocking calls: one connection, on a thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include <openssl/ssl.h>

#include "testing/certificate.hpp"

namespace zenws::net::tests {

// For localhost, 127.0.0.1 and ::1, or for `host` alone.
testing::Identity identity(std::string_view host = {}, bool expired = false);

class TlsServer {
 public:
  // What the server does once the handshake is done; the connection's FIN follows.
  using Talk = std::function<void(SSL& ssl)>;
  struct Setup {
    testing::Identity identity = tests::identity();
    int highest_version = 0;         // 0 = the highest there is
    char ticket_key = '\0';          // servers with the same one know each other's session tickets
    bool wants_certificate = false;  // who has none is told so by an alert, and hung up on at once
    Talk talk = [](SSL& ssl) { read_to_end(ssl); };
  };

  explicit TlsServer(Setup setup);
  // Waits for the connection to end.
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  // What it saw. Waits for the connection to end.
  struct Seen {
    bool handshake_done = false;
    std::string failure;           // of the handshake, in OpenSSL's words
    std::string server_name;       // SNI
    std::string alpn;              // offered, as on the wire
    std::string application_data;  // what read_to_end() read, or came behind a failed handshake
    bool close_notify = false;
    bool client_certificate = false;
    bool resumed = false;
  };
  const Seen& seen();

  // Reads until the client ends the stream.
  static void read_to_end(SSL& ssl);
  static void write(SSL& ssl, std::string_view text);

 private:
  void serve();
  void talk_over(SSL& ssl);

  Setup setup_;
  Seen seen_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace zenws::net::tests
