// recv and send, never blocking, never raising SIGPIPE; and how a socket ends.
#include "net/tcp_transport.hpp"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/error_codes.hpp"

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

template <int Level, int Name>
using IntOption = boost::asio::detail::socket_option::integer<Level, Name>;

}  // namespace

Transfer TcpTransport::read_some(std::span<std::byte> into) {
  ssize_t got = 0;
  do {
    got = ::recv(descriptor_, into.data(), into.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return stopped(Transfer::Status::want_read);
  if (got == 0) return {.status = Transfer::Status::ended};
  const auto bytes = static_cast<std::size_t>(got);
  return {.bytes = bytes, .more = bytes == into.size()};
}

Transfer TcpTransport::write_some(std::span<const std::byte> from) {
  ssize_t put = 0;
  do {
    put = ::send(descriptor_, from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (put < 0 && errno == EINTR);
  if (put < 0) return stopped(Transfer::Status::want_write);
  return {.bytes = static_cast<std::size_t>(put)};
}

void TcpTransport::wait_readable(Ready ready) {
  if (watches_writing_ && !waits_to_write_) stop_watching_writing();
  socket_.async_wait(Socket::wait_read, [ready = std::move(ready)](const boost::system::error_code& error) mutable {
    ready(from_asio(error));
  });
}

void TcpTransport::wait_writable(Ready ready) {
  watches_writing_ = true;
  waits_to_write_ = true;
  socket_.async_wait(Socket::wait_write,
                     [this, ready = std::move(ready)](const boost::system::error_code& error) mutable {
                       waits_to_write_ = false;
                       ready(from_asio(error));
                     });
}

// Asio goes on watching for what was once waited for, and a socket can be written to nearly always: each wait for bytes
// would end at once, in vain. Only a new registration forgets; no other wait is pending that it could cut short.
void TcpTransport::stop_watching_writing() {
  boost::system::error_code error;
  const auto protocol = socket_.local_endpoint(error).protocol();
  if (error) return;  // it is closed, which the wait itself will say
  watches_writing_ = false;
  socket_.release(error);
  if (!error) socket_.assign(protocol, descriptor_, error);
  // No memory for it in the kernel. Nothing would ever be read: better to end, which the next read finds.
  if (error) ::shutdown(descriptor_, SHUT_RDWR);
}

std::size_t TcpTransport::unread() const noexcept {
  int bytes = 0;
  return ::ioctl(descriptor_, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

void TcpTransport::keep_alive() noexcept {
  boost::system::error_code ignored;  // a socket without one of them still works
  socket_.set_option(boost::asio::socket_base::keep_alive{true}, ignored);
  socket_.set_option(IntOption<IPPROTO_TCP, TCP_KEEPIDLE>{30}, ignored);
  socket_.set_option(IntOption<IPPROTO_TCP, TCP_KEEPINTVL>{10}, ignored);
  socket_.set_option(IntOption<IPPROTO_TCP, TCP_KEEPCNT>{3}, ignored);
  // While something that was sent is unacknowledged the kernel does not probe, and tries for a quarter of an hour.
  socket_.set_option(IntOption<IPPROTO_TCP, TCP_USER_TIMEOUT>{50'000}, ignored);
}

void TcpTransport::close(bool reset) noexcept {
  if (descriptor_ < 0) return;
  if (!reset) discard_unread(descriptor_);
  boost::system::error_code ignored;
  if (!socket_.is_open()) ::close(descriptor_);  // it could not be registered again
  // A linger time of zero makes close() send RST and drop what the kernel still holds (socket(7)).
  if (reset) socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
  descriptor_ = -1;
}

}  // namespace zenws::net
