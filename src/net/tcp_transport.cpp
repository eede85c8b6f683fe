// recv and send, never blocking, never raising SIGPIPE; and how a socket ends.
#include "net/tcp_transport.hpp"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/socket.hpp"

namespace zenws::net {
namespace {

Transfer stopped(Transfer::Status when_blocked) {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {.status = when_blocked};
  return {.status = Transfer::Status::failed, .error = {errno, std::system_category()}};
}

// Takes what has come and nobody will read. The kernel answers close() with RST while bytes lie unread, and a RST makes
// the peer lose what was written last; over TLS a session ticket is enough for that. Bounded: a peer that floods us
// gets its RST.
void discard_unread(int fd) noexcept {
  std::array<std::byte, std::size_t{16} << 10U> piece;
  for (int i = 0; i < 64 && ::recv(fd, piece.data(), piece.size(), MSG_DONTWAIT) > 0; ++i) {
  }
}

ssize_t send_some(int socket, std::span<const std::byte> from) noexcept {
  ssize_t put = 0;
  do {
    put = ::send(socket, from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (put < 0 && errno == EINTR);
  return put;
}

}  // namespace

std::error_code TcpTransport::connect_error() const noexcept {
  if (!watch_.is_over()) return {};
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &error, &size);
  return {error, std::system_category()};
}

Transfer TcpTransport::read_some(std::span<std::byte> into) {
  ssize_t got = 0;
  do {
    got = ::recv(socket_.number(), into.data(), into.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    const Transfer stop = stopped(Transfer::Status::want_read);
    if (stop.status == Transfer::Status::want_read) watch_.blocked();
    return stop;
  }
  if (got == 0) return {.status = Transfer::Status::ended};
  const auto bytes = static_cast<std::size_t>(got);
  if (bytes < into.size()) watch_.emptied();
  return {.bytes = bytes, .more = bytes == into.size() || watch_.is_over()};
}

Transfer TcpTransport::write_some(std::span<const std::byte> from) {
  ssize_t put = send_some(socket_.number(), from);
  if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    watch_.filled();
    put = send_some(socket_.number(), from);
  }
  if (put < 0) return stopped(Transfer::Status::want_write);
  return {.bytes = static_cast<std::size_t>(put)};
}

std::size_t TcpTransport::unread() const noexcept {
  int bytes = 0;
  return ::ioctl(socket_.number(), FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

void TcpTransport::keep_alive() noexcept {
  const int socket = socket_.number();
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  // While something that was sent is unacknowledged the kernel does not probe, and tries for a quarter of an hour. This
  // also says when probes that nobody answers have been enough (tcp(7)), so that their number need not be set.
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 50'000);
}

void TcpTransport::end_output() noexcept { ::shutdown(socket_.number(), SHUT_WR); }

void TcpTransport::close(bool reset) noexcept {
  const Descriptor socket = std::move(socket_);
  if (socket.number() < 0) return;
  if (!reset) discard_unread(socket.number());
  // A linger time of zero makes close() send RST and drop what the kernel still holds (socket(7)).
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  if (reset) ::setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  watch_.stop();
}

}  // namespace zenws::net
