// The bytes of one accepted connection, plain or TLS; nobody above knows which.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <system_error>

#include "net/loop.hpp"
#include "net/tls_transport.hpp"
#include "net/transport.hpp"

namespace zenws::testing {

// Threads: the loop's only; the loop outlives it. At most one read and one write at a time. Every callback keeps the
// channel alive; close() destroys those that wait for the stream, others find it closed.
class Channel {
 public:
  using Done = std::move_only_function<void(std::error_code)>;
  // The bytes live until the callback returns; ws::text_padding readable bytes are behind them.
  using Read = std::move_only_function<void(std::error_code, std::span<std::byte>)>;

  Channel(net::Loop& loop, std::unique_ptr<net::Transport> transport) noexcept;
  Channel(net::Loop& loop, std::unique_ptr<net::TlsTransport> transport) noexcept;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void async_handshake(Done done);
  // The end of the stream is an error too.
  void async_read(Read read);
  // All of them. Lifetime: the bytes stay until `done` is called, never from inside.
  void async_write(std::span<const std::byte> bytes, Done done);
  // Says that nothing follows, then throws away what still comes until the peer has ended too (RFC 6455 §7.1.1: the
  // server ends TCP first, and closing with unread bytes would be a reset that overtakes the close frame).
  // Requires: no read and no write is going on.
  void async_finish(Done done);
  // At once; `reset` sends RST instead of FIN.
  void close(bool reset) noexcept { transport_->close(reset); }

 private:
  void shake_hands(Done done);
  void read_some(Read read);
  void drain(Done done);

  net::Loop& loop_;
  const std::unique_ptr<net::Transport> transport_;
  net::TlsTransport* const tls_;  // transport_, when it is TLS
  bool more_ = false;             // may be there without a wait
};

}  // namespace zenws::testing
