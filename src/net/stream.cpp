// How a stream ends, whatever flows through it.
#include "net/stream.hpp"

#include <array>
#include <sys/socket.h>

namespace zenws::net {
namespace {

// Takes what has come and nobody will read. The kernel answers close() with RST while bytes lie unread, and a RST makes
// the peer lose what was written last; over TLS a session ticket is enough for that. Bounded: a peer that floods us
// gets its RST.
void discard_unread(int fd) noexcept {
  std::array<std::byte, std::size_t{16} << 10U> piece;
  for (int i = 0; i < 64 && ::recv(fd, piece.data(), piece.size(), MSG_DONTWAIT) > 0; ++i) {
  }
}

}  // namespace

void Stream::close(bool reset) noexcept {
  if (!socket_.is_open()) return;
  before_close(!reset);
  if (!reset) discard_unread(socket_.native_handle());
  boost::system::error_code ignored;
  // A linger time of zero makes close() send RST and drop what the kernel still holds (socket(7)).
  if (reset) socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
}

}  // namespace zenws::net
