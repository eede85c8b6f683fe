// How OpenSSL is driven: what each call's outcome means, and how reads and writes are batched.
#include "net/tls_transport.hpp"

#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>

#include "net/certificate.hpp"

namespace zenws::net {

Result<std::unique_ptr<TlsTransport>> TlsTransport::make(std::unique_ptr<Transport> below,
                                                         std::shared_ptr<const TlsContext> context,
                                                         const std::string& host, std::shared_ptr<TlsTicket> ticket) {
  std::unique_ptr<TlsTransport> tls{new TlsTransport{std::move(below), std::move(context)}};
  tls->peer_.ticket = std::move(ticket);
  auto ssl = tls->context_->connection(host, tls->peer_);
  if (!ssl) return std::unexpected{ssl.error()};
  tls->own(*std::move(ssl));
  return tls;
}

Result<std::unique_ptr<TlsTransport>> TlsTransport::serve(std::unique_ptr<Transport> below, SSL_CTX& context) {
  SslPtr ssl{SSL_new(&context)};
  if (ssl == nullptr) return std::unexpected{Error{take_openssl_error(), Phase::tls}};
  SSL_set_accept_state(ssl.get());
  std::unique_ptr<TlsTransport> tls{new TlsTransport{std::move(below), nullptr}};
  tls->own(std::move(ssl));
  return tls;
}

void TlsTransport::own(SslPtr ssl) {
  ssl_ = std::move(ssl);
  BIO* const bio = make_bio(wire_).release();
  SSL_set_bio(ssl_.get(), bio, bio);  // takes the one reference for both directions
}

TlsTransport::TlsTransport(std::unique_ptr<Transport> below, std::shared_ptr<const TlsContext> context)
    : below_(std::move(below)), context_(std::move(context)), wire_{*below_} {}

TlsTransport::~TlsTransport() = default;

// A step may need many reads, of a chain of certificates or of records of a byte: each is a step of its own.
Transfer TlsTransport::handshake() {
  const std::lock_guard lock{mutex_};
  wire_.allow_read();
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) {
    Transfer step = stopped(result);
    step.more = step.status == Transfer::Status::want_read && !wire_.drained;
    return step;
  }
  if (context_ != nullptr) context_->handshake_done(*ssl_, peer_);
  return {};
}

Transfer TlsTransport::read_some(std::span<std::byte> into) {
  if (held_) return *std::exchange(held_, std::nullopt);
  std::size_t taken = 0;
  bool more = true;
  while (more && taken < into.size()) {
    const std::lock_guard lock{mutex_};  // anew for each read below, so that writers need not wait for all of a flood
    wire_.allow_read();
    const Transfer got = read_records(into.subspan(taken));
    if (peer_.ticket_came) release_write_buffer();
    taken += got.bytes;
    const bool blocked = got.status == Transfer::Status::want_read;
    if (got.status != Transfer::Status::ok && !blocked) {
      if (taken == 0) return got;
      held_ = got;  // read again: it is not lost behind a wait
      break;
    }
    more = taken == into.size() || !wire_.drained;
    const bool in_vain = wire_.received && wire_.bytes == 0;
    if (in_vain || got.bytes < wire_.bytes / 2) break;
  }
  const auto status = taken == 0 ? Transfer::Status::want_read : Transfer::Status::ok;
  return {.status = status, .bytes = taken, .more = more || held_};
}

// Every record that one read below brought. Under the mutex. A status other than ok may come with bytes.
Transfer TlsTransport::read_records(std::span<std::byte> into) {
  Transfer done{};
  do {
    std::size_t size = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), into.data() + done.bytes, into.size() - done.bytes, &size);
    done.bytes += size;
    if (result != 1) {
      Transfer end = stopped(result);
      end.bytes = done.bytes;
      return end;
    }
  } while (done.bytes < into.size() && SSL_has_pending(ssl_.get()) == 1);
  return done;
}

// Under the mutex. For each message behind the handshake (the tickets of TLS 1.3) OpenSSL makes the buffer that an
// answer would need, 16 KiB, and gives it back only when something is written (SSL_MODE_RELEASE_BUFFERS): on a
// connection that only listens, never. Writing nothing is allowed, sends nothing, and gives it back.
void TlsTransport::release_write_buffer() {
  if (half_written_ || broken_ || SSL_is_init_finished(ssl_.get()) != 1) return;
  peer_.ticket_came = false;
  std::size_t size = 0;
  ERR_clear_error();
  SSL_write_ex(ssl_.get(), "", 0, &size);
  ERR_clear_error();
}

Transfer TlsTransport::write_some(std::span<const std::byte> from) {
  const std::lock_guard lock{mutex_};
  std::size_t taken = 0;
  while (taken < from.size()) {
    std::size_t size = 0;
    ERR_clear_error();
    const int result = SSL_write_ex(ssl_.get(), from.data() + taken, from.size() - taken, &size);
    half_written_ = result != 1;
    if (result != 1) {
      const Transfer stop = stopped(result);
      return taken == 0 || stop.status == Transfer::Status::failed ? stop : Transfer{.bytes = taken};
    }
    taken += size;
  }
  return {.bytes = taken};
}

// Under the mutex, right after the call that gave `result`.
Transfer TlsTransport::stopped(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {.status = Transfer::Status::want_read};
    case SSL_ERROR_WANT_WRITE:
      return {.status = Transfer::Status::want_write};
    case SSL_ERROR_ZERO_RETURN:
      return {.status = Transfer::Status::ended};
    default:
      break;
  }
  broken_ = true;
  if (ERR_peek_error() != 0) return {.status = Transfer::Status::failed, .error = take_openssl_error()};
  const std::error_code aborted{ECONNABORTED, std::system_category()};
  return {.status = Transfer::Status::failed, .error = wire_.error ? wire_.error : aborted};
}

bool TlsTransport::is_truncation(const std::error_code& error) noexcept {
  return error.category() == tls_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

void TlsTransport::close(bool reset) noexcept {
  if (descriptor() < 0) return;
  const std::lock_guard lock{mutex_};
  if (!reset) send_close_notify();
  below_->close(reset);
}

void TlsTransport::end_output() noexcept {
  const std::lock_guard lock{mutex_};
  send_close_notify();
  below_->end_output();
}

// Under the mutex. Without waiting for the peer's: the close handshake of WebSocket has said more already (RFC 6455
// §7.1.1).
void TlsTransport::send_close_notify() noexcept {
  if (broken_ || SSL_is_init_finished(ssl_.get()) != 1) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

Error TlsTransport::handshake_error(const Transfer& failed) const {
  if (failed.status == Transfer::Status::ended || is_truncation(failed.error)) {
    const int code = static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_UNEXPECTED_EOF_WHILE_READING));
    return Error{std::error_code{code, tls_category()}, Phase::tls,
                 fmt::format("{} ended the connection during the handshake", peer_.expected)};
  }
  if (!peer_.rejected) return Error{failed.error, Phase::tls, fmt::format("handshake with {}", peer_.expected)};
  return Error{std::error_code{peer_.verified, certificate_category()}, Phase::tls,
               fmt::format("expected host {}; {}", peer_.expected, certificate_text())};
}

std::string TlsTransport::description() const {
  std::string text;
  if (SSL_is_init_finished(ssl_.get()) == 1) {
    const unsigned char* alpn = nullptr;
    unsigned alpn_size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &alpn, &alpn_size);
    text = fmt::format("{}, {}, ALPN {}, {}", SSL_get_version(ssl_.get()), SSL_get_cipher_name(ssl_.get()),
                       alpn_size == 0 ? "none" : "http/1.1", peer_.resumed ? "resumed, " : "");
  }
  return text + certificate_text();
}

std::string TlsTransport::certificate_text() const {
  if (peer_.certificate == nullptr) return "no certificate";
  const CertificateFacts facts = read_certificate(*peer_.certificate);
  std::string text = fmt::format("certificate of {}, names {}, issued by {}, valid {} to {}, ", facts.subject,
                                 facts.names, facts.issuer, facts.valid_from, facts.valid_until);
  if (peer_.verified == X509_V_OK) return text + "verified for " + peer_.expected;
  text += fmt::format("not verified: {}", X509_verify_cert_error_string(peer_.verified));
  if (peer_.verified == X509_V_ERR_APPLICATION_VERIFICATION) {
    text += fmt::format(" (its key is not pinned: {})", spki_pin(*peer_.certificate));
  }
  return text;
}

}  // namespace zenws::net
