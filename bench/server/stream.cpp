// What "not now" and "no more" look like on a socket and in OpenSSL.
#include "server/stream.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <sys/socket.h>

#include <openssl/err.h>

namespace bench {

namespace {

ssize_t socket_result(ssize_t result) noexcept {
  if (result > 0) return result;
  return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? Stream::blocked : Stream::gone;
}

int tls_size(std::size_t size) noexcept {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

Stream::Stream(Descriptor socket, SSL_CTX* tls) : socket_{std::move(socket)} {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  if (!tls_ || SSL_set_fd(tls_.get(), socket_.number()) != 1) throw std::bad_alloc{};
  SSL_set_accept_state(tls_.get());
}

ssize_t Stream::read(std::span<std::byte> into) {
  if (!tls_) return socket_result(::recv(socket_.number(), into.data(), into.size(), 0));
  return tls_result(SSL_read(tls_.get(), into.data(), tls_size(into.size())));
}

ssize_t Stream::write(std::span<const std::byte> bytes) {
  if (!tls_) return socket_result(::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  return tls_result(SSL_write(tls_.get(), bytes.data(), tls_size(bytes.size())));
}

ssize_t Stream::tls_result(int result) const {
  if (result > 0) return result;
  const int why = SSL_get_error(tls_.get(), result);
  ERR_clear_error();  // the queue is the thread's, not the connection's
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? blocked : gone;
}

}  // namespace bench
