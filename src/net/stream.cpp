// How a stream ends, whatever flows through it.
#include "net/stream.hpp"

#include <sys/socket.h>

namespace zenws::net {

void Stream::shut_down() noexcept { ::shutdown(socket_.native_handle(), SHUT_RDWR); }

void Stream::close(bool reset) noexcept {
  if (!socket_.is_open()) return;
  before_close(!reset);
  boost::system::error_code ignored;
  // A linger time of zero makes close() send RST and drop what the kernel still holds (socket(7)).
  if (reset) socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
}

}  // namespace zenws::net
