// Bytes on a TCP socket as they are: one system call a read or write.
#pragma once

#include <system_error>
#include <utility>

#include "net/descriptor.hpp"
#include "net/transport.hpp"
#include "net/watch.hpp"

namespace zenws::net {

class TcpTransport final : public Transport {
 public:
  // Requires: it does not block, and start() comes first.
  TcpTransport(Loop& loop, Reactor& reactor, Descriptor socket) noexcept
      : socket_{std::move(socket)}, watch_{loop, reactor} {}
  ~TcpTransport() override { close(false); }

  // The loop's thread. Errors: the system's; then nothing would be told, so do not use it.
  std::error_code start() { return watch_.start(socket_.number()); }
  // Of connect(2), once it has become writable.
  [[nodiscard]] std::error_code connect_error() const noexcept;

  Transfer read_some(std::span<std::byte> into) override;
  Transfer write_some(std::span<const std::byte> from) override;
  void wait_readable(Ready ready) override { watch_.wait_readable(std::move(ready)); }
  void wait_writable(Ready ready) override { watch_.wait_writable(std::move(ready)); }
  [[nodiscard]] std::size_t unread() const noexcept override;
  void keep_alive() noexcept override;
  [[nodiscard]] int descriptor() const noexcept override { return socket_.number(); }
  void end_output() noexcept override;
  void close(bool reset) noexcept override;

 private:
  Descriptor socket_;
  Watch watch_;
};

}  // namespace zenws::net
