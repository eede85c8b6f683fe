// Dialling, verifying, upgrading, and moving bytes.
#include "bare.hpp"

#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <vector>

#include <fmt/format.h>

#include "handshake.hpp"

namespace bench {

namespace {

constexpr int longest_wait_seconds = 60;

Descriptor connect_tcp(std::uint16_t port) {
  Descriptor socket{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
  const int on = 1;
  checked(::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  const timeval wait{.tv_sec = longest_wait_seconds, .tv_usec = 0};
  checked(::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), "SO_RCVTIMEO");
  checked(::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait), "SO_SNDTIMEO");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  return socket;
}

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error{what};
}

// One for the process: it meets one server.
SSL_CTX* context_trusting(const std::string& certificate) {
  static SSL_CTX* const context = [&certificate] {
    SSL_CTX* made = SSL_CTX_new(TLS_client_method());
    require(made != nullptr && SSL_CTX_load_verify_file(made, certificate.c_str()) == 1, "the certificate's file");
    SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nullptr);
    return made;
  }();
  return context;
}

}  // namespace

BareConnection::BareConnection(const Place& place, std::string_view target) : socket_{connect_tcp(place.port)} {
  if (!place.certificate.empty()) start_tls(place.certificate);
  upgrade(place.port, target);
}

void BareConnection::start_tls(const std::string& certificate) {
  tls_.reset(SSL_new(context_trusting(certificate)));
  require(tls_ && SSL_set1_host(tls_.get(), "localhost") == 1 && SSL_set_fd(tls_.get(), number()) == 1, "SSL_new");
  require(SSL_connect(tls_.get()) == 1, "SSL_connect");
}

void BareConnection::upgrade(std::uint16_t port, std::string_view target) const {
  const std::string request = upgrade_request(port, target);
  send_all(as_bytes(request));
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {  // the server says nothing more before it is spoken to
    std::array<char, 1024> piece;
    answer.append(piece.data(), receive(std::as_writable_bytes(std::span{piece})));
  }
  if (answer != answer_to(request)) throw std::runtime_error{"not the server's answer: " + answer};
}

void BareConnection::send_all(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t taken = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    bytes = bytes.subspan(static_cast<std::size_t>(checked(taken, "send")));
  }
}

void BareConnection::send_text(std::string_view text) const {
  constexpr std::uint32_t key = 2463534242U;
  std::vector<std::byte> frame(max_header + text.size());
  const std::size_t header = write_header(frame.data(), text_opcode, text.size(), &key);
  xor_copy(as_bytes(text), frame.data() + header, key);
  send_all(std::span{frame}.first(header + text.size()));
}

std::size_t BareConnection::receive_some(std::span<std::byte> into) const {
  const ssize_t got = tls_ ? SSL_read(tls_.get(), into.data(), static_cast<int>(into.size()))
                           : ::recv(number(), into.data(), into.size(), 0);
  return static_cast<std::size_t>(checked(got, "recv"));
}

std::size_t BareConnection::receive(std::span<std::byte> into) const {
  const std::size_t got = receive_some(into);
  if (got == 0) throw std::runtime_error{"the server hung up"};
  return got;
}

}  // namespace bench
