// Bytes on a TCP socket as they are: one system call a read or write.
#pragma once

#include <utility>

#include "net/socket.hpp"
#include "net/transport.hpp"

namespace zenws::net {

class TcpTransport final : public Transport {
 public:
  // Requires: it is connected, and does not block.
  explicit TcpTransport(Socket socket) : socket_{std::move(socket)}, descriptor_{socket_.native_handle()} {}

  Transfer read_some(std::span<std::byte> into) override;
  Transfer write_some(std::span<const std::byte> from) override;
  void wait_readable(Ready ready) override;
  void wait_writable(Ready ready) override;
  [[nodiscard]] std::size_t unread() const noexcept override;
  void keep_alive() noexcept override;
  [[nodiscard]] int descriptor() const noexcept override { return descriptor_; }
  void close(bool reset) noexcept override;

 private:
  void stop_watching_writing();

  Socket socket_;
  int descriptor_;  // also of the moment in which the socket has let go of it, while another thread may write
  bool waits_to_write_ = false;
  bool watches_writing_ = true;  // the connect was waited for that way
};

}  // namespace zenws::net
