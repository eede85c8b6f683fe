#include "support/far_end.hpp"

#include <array>
#include <csignal>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "net/openssl.hpp"
#include "ws/upgrade.hpp"

namespace zenws::test {
namespace {

net::BioPtr memory_of(const std::string& pem) {
  return net::BioPtr{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
}

net::SslContextPtr server_context(const testing::Identity& identity) {
  net::SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  const net::CertificatePtr certificate{
      PEM_read_bio_X509(memory_of(identity.certificate_pem).get(), nullptr, nullptr, nullptr)};
  const net::KeyPtr key{PEM_read_bio_PrivateKey(memory_of(identity.key_pem).get(), nullptr, nullptr, nullptr)};
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  return context;
}

// OpenSSL's own socket BIO raises it.
void block_sigpipe() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

std::string key_in(std::string_view head) {
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  const std::size_t begin = head.find(name) + name.size();
  return std::string{head.substr(begin, head.find('\r', begin) - begin)};
}

}  // namespace

bool FarEnd::Wire::write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t taken = 0;
    if (ssl_ != nullptr) {
      if (SSL_write_ex(ssl_, bytes.data(), bytes.size(), &taken) != 1) return false;
    } else {
      const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      taken = static_cast<std::size_t>(put);
    }
    bytes.remove_prefix(taken);
  }
  return true;
}

std::string FarEnd::Wire::read() {
  std::array<char, 4096> piece{};
  std::size_t got = 0;
  if (ssl_ != nullptr) {
    if (SSL_read_ex(ssl_, piece.data(), piece.size(), &got) != 1) return {};
  } else {
    const ssize_t size = ::recv(fd_, piece.data(), piece.size(), 0);
    if (size <= 0) return {};
    got = static_cast<std::size_t>(size);
  }
  return {piece.data(), got};
}

bool FarEnd::Wire::read_until(std::string_view text) {
  for (std::string all; all.find(text) == std::string::npos;) {
    const std::string piece = read();
    if (piece.empty()) return false;
    all += piece;
  }
  return true;
}

void FarEnd::Wire::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  far_end_.close(std::exchange(fd_, -1));
}

void FarEnd::Wire::end() {
  ::shutdown(fd_, SHUT_WR);
  while (!read().empty()) {
  }
}

FarEnd::FarEnd(Talk talk, bool tls) : talk_{std::move(talk)}, tls_{tls} {
  if (tls) identity_ = testing::make_identity({}, false).value();
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool listens = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::listen(listener_, 64) == 0 &&
                       ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!listens) throw std::runtime_error{"no socket to listen on"};
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread{[this] { accept(); }};
}

FarEnd::~FarEnd() {
  over_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  {
    const std::lock_guard lock{mutex_};
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

// The number may be somebody else's at once: under the mutex, so that the destructor ends no other's.
void FarEnd::close(int fd) {
  const std::lock_guard lock{mutex_};
  open_.erase(fd);
  ::close(fd);
}

std::string FarEnd::url() const {
  return (tls_ ? "wss://localhost:" : "ws://127.0.0.1:") + std::to_string(port_) + "/";
}

void FarEnd::accept() {
  while (!over_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    constexpr int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    {
      const std::lock_guard lock{mutex_};
      open_.insert(fd);
    }
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void FarEnd::serve(int fd) {
  block_sigpipe();
  net::SslContextPtr context;
  net::SslPtr ssl;
  if (tls_) {
    context = server_context(identity_);
    ssl.reset(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), fd);
    if (SSL_accept(ssl.get()) != 1) return close(fd);
  }
  Wire wire{*this, fd, ssl.get()};
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos) {
    const std::string piece = wire.read();
    if (piece.empty()) break;
    head += piece;
  }
  wire.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
             ws::accept_key(key_in(head)) + "\r\n\r\n");
  talk_(wire);
  if (wire.fd_ >= 0) close(wire.fd_);
}

}  // namespace zenws::test
