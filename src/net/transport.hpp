// An open stream of bytes. What it is made of nobody above knows: a socket, or TLS over another transport.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <system_error>

namespace zenws::net {

// What one non-blocking read or write did.
struct Transfer {
  enum class Status : std::uint8_t { ok, want_read, want_write, ended, failed };
  Status status = Status::ok;
  std::size_t bytes = 0;       // ok: at least one
  std::error_code error = {};  // failed: system or TLS code, raw
  bool more = false;  // of a read, ok or want_read: read again before waiting, for a wait may not show what is there
};

// Lifetime: destroying it closes what it is made of.
class Transport {
 public:
  // Called once, on the loop, never from inside a wait; whether it is so the next read or write tells.
  using Ready = std::move_only_function<void()>;

  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // The loop's thread. `ended` = orderly end (FIN, or TLS close_notify); TLS that ends without close_notify has
  // `failed` (see TlsTransport). `want_write` is rare (a TLS key update that the kernel does not take yet): wait until
  // writable, then read again. The first read comes before the first wait: TLS may hold bytes that came with its
  // handshake. It ends within bounds whatever the peer sends: see Transfer::more.
  virtual Transfer read_some(std::span<std::byte> into) = 0;
  // Any thread, one writer at a time; may run while read_some() runs. Requires: what was not taken is what the next
  // call begins with, since TLS may have sealed it in a record already; it may lie elsewhere and more may follow it.
  virtual Transfer write_some(std::span<const std::byte> from) = 0;
  // The loop's thread; one wait for each side at a time. Lifetime: `ready` is kept until it was called or the transport
  // is closed.
  virtual void wait_readable(Ready ready) = 0;
  virtual void wait_writable(Ready ready) = 0;
  // Bytes that have come and were not read, about: over TLS as they came, and without what OpenSSL holds.
  [[nodiscard]] virtual std::size_t unread() const noexcept = 0;
  // From now on a peer that vanished is noticed within a minute, also without heartbeat and with something sent that it
  // never acknowledges: reads fail. A peer that takes nothing for 50 s while something waits for it counts as vanished.
  virtual void keep_alive() noexcept = 0;
  // Of the socket at the bottom; -1 once closed.
  [[nodiscard]] virtual int descriptor() const noexcept = 0;
  // Says that nothing follows; reading goes on. The loop's thread, with no writer inside.
  virtual void end_output() noexcept = 0;
  // Closes all of it; `reset` sends RST instead of FIN. Who waits is destroyed, so the caller holds what that may hold.
  // Idempotent. The loop's thread, with no writer inside.
  virtual void close(bool reset) noexcept = 0;
};

}  // namespace zenws::net
