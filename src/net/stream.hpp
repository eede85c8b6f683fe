// An open byte stream, plain or TLS; nobody above knows which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>
#include <utility>

#include "net/socket.hpp"

namespace zenws::net {

// What one non-blocking read or write did.
struct Transfer {
  enum class Status : std::uint8_t { ok, want_read, want_write, ended, failed };
  Status status = Status::ok;
  std::size_t bytes = 0;       // ok: at least one
  std::error_code error = {};  // failed: system or TLS code, raw
  bool more =
      false;  // of a read, ok or want_read: read again before waiting, for the socket may not show what is there
};

// Lifetime: destroying it closes the descriptor.
class Stream {
 public:
  explicit Stream(Socket socket) : socket_(std::move(socket)), descriptor_{socket_.native_handle()} {}
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // The loop's thread. `ended` = orderly end of the stream (FIN, or TLS close_notify); a TLS stream that ends without
  // close_notify has `failed` (see TlsStream). `want_write` is rare (a TLS key update that the kernel does not take
  // yet): wait until writable, then read again. The first read on a new stream comes before the first wait: TLS may
  // hold bytes that came with its handshake. It ends within bounds whatever the peer sends: see Transfer::more.
  virtual Transfer read_some(std::span<std::byte> into) = 0;
  // Any thread, one writer at a time; may run while read_some() runs. Requires: what was not taken is what the next
  // call begins with, since TLS may have sealed it in a record already; it may lie elsewhere and more may follow it.
  virtual Transfer write_some(std::span<const std::byte> from) = 0;
  // Bytes that have come and were not read, about: over TLS as they came, and without what OpenSSL holds.
  [[nodiscard]] std::size_t unread() const noexcept;
  // The loop's thread; one wait for each side at a time. `handler` is called with a boost::system::error_code:
  // operation_aborted when the stream is closed meanwhile. Lifetime: the handler keeps the stream until it was called.
  template <class Handler>
  void wait_readable(Handler&& handler) {
    if (watches_writing_ && !waits_to_write_) stop_watching_writing();
    socket_.async_wait(Socket::wait_read, std::forward<Handler>(handler));
  }
  template <class Handler>
  void wait_writable(Handler&& handler) {
    watches_writing_ = true;
    waits_to_write_ = true;
    socket_.async_wait(Socket::wait_write, [this, handler = std::forward<Handler>(handler)](const auto& error) mutable {
      waits_to_write_ = false;
      handler(error);
    });
  }
  // From now on a peer that vanished is noticed within a minute, also without heartbeat and with something sent that it
  // never acknowledges: reads fail. A peer that takes nothing for 50 s while something waits for it counts as vanished.
  void keep_alive() noexcept;
  // -1 once closed. Any thread, as write_some().
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  // Closes the descriptor; `reset` sends RST instead of FIN. The loop's thread, with no writer inside.
  void close(bool reset) noexcept;

 private:
  void stop_watching_writing();
  // The last moment at which something can be said to the peer; `politely` is false when the connection is reset.
  virtual void before_close(bool /*politely*/) noexcept {}

  Socket socket_;
  int descriptor_;  // also of the moment in which the socket has let go of it, while another thread may write
  bool waits_to_write_ = false;
  bool watches_writing_ = true;  // the connect was waited for that way
};

}  // namespace zenws::net
