// Bytes through TLS: OpenSSL driven directly, over any transport.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <zenws/error.hpp>

#include "net/tls_context.hpp"
#include "net/tls_wire.hpp"
#include "net/transport.hpp"

namespace zenws::net {

// One read takes what the transport below has, up to two records; read_some() then hands out everything that came. It
// goes on only while most of what comes is data: a peer that sends key updates, tickets or records of a byte makes it
// return with Transfer::more. Write_some() fills records: 16 KiB each. An idle stream holds no record buffers.
//
// The end: close_notify is `ended`. A FIN without it is `failed` with is_truncation(): by RFC 8446 §6.1 somebody may
// have cut the stream. It is not hidden here; above, a close frame that was received proves more than close_notify (RFC
// 6455 §1.4), and without one the connection is lost either way.
class TlsTransport final : public Transport {
 public:
  // The client's side, to `host` at the far end of `below`; handshake() comes first. `ticket`: resumes by what it
  // holds, and keeps what the server gives for the next time. Errors: phase tls.
  static Result<std::unique_ptr<TlsTransport>> make(std::unique_ptr<Transport> below,
                                                    std::shared_ptr<const TlsContext> context, const std::string& host,
                                                    std::shared_ptr<TlsTicket> ticket = nullptr);
  // The server's side, of a context that fit_to_wire() has seen; handshake() comes first. Errors: phase tls.
  static Result<std::unique_ptr<TlsTransport>> serve(std::unique_ptr<Transport> below, SSL_CTX& context);
  ~TlsTransport() override;

  // The loop's thread. One step: `ok` (with no bytes) when done, else what to wait for before the next, or `failed`.
  Transfer handshake();
  // The handshake's failure: certificate_category when the far end's certificate was rejected, else the transfer's own.
  [[nodiscard]] Error handshake_error(const Transfer& failed) const;
  // Protocol, cipher, ALPN, whether it resumed, and the certificate with its verdict; after a failed handshake, as far
  // as it came.
  [[nodiscard]] std::string description() const;
  // True for a stream that ended without close_notify.
  [[nodiscard]] static bool is_truncation(const std::error_code& error) noexcept;

  Transfer read_some(std::span<std::byte> into) override;
  Transfer write_some(std::span<const std::byte> from) override;
  void wait_readable(Ready ready) override { below_->wait_readable(std::move(ready)); }
  void wait_writable(Ready ready) override { below_->wait_writable(std::move(ready)); }
  [[nodiscard]] std::size_t unread() const noexcept override { return below_->unread(); }
  void keep_alive() noexcept override { below_->keep_alive(); }
  [[nodiscard]] int descriptor() const noexcept override { return below_->descriptor(); }
  void end_output() noexcept override;
  void close(bool reset) noexcept override;

 private:
  TlsTransport(std::unique_ptr<Transport> below, std::shared_ptr<const TlsContext> context);
  void own(SslPtr ssl);
  void send_close_notify() noexcept;
  Transfer read_records(std::span<std::byte> into);
  void release_write_buffer();
  Transfer stopped(int result);
  [[nodiscard]] std::string certificate_text() const;

  const std::unique_ptr<Transport> below_;
  std::shared_ptr<const TlsContext> context_;  // null on the server's side
  TlsPeer peer_;
  std::mutex mutex_;              // OpenSSL wants one user at a time: the loop reads while any thread writes
  TlsWire wire_;                  // guarded
  SslPtr ssl_;                    // guarded
  bool half_written_ = false;     // guarded; a record waits for the kernel, and the rest of what was given for it
  bool broken_ = false;           // guarded; a fatal error: not even close_notify may be sent
  std::optional<Transfer> held_;  // what ended the last read, found behind the bytes that it gave
};

}  // namespace zenws::net
