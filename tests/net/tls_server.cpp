// The server's side of the TLS tests.
#include "net/tls_server.hpp"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "net/openssl.hpp"

namespace zenws::net::tests {
namespace {

using ContextPtr = SslContextPtr;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error{what};
}

BioPtr pem(const std::string& text) { return BioPtr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

int choose_http(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned in_size, void* seen) {
  static_cast<TlsServer::Seen*>(seen)->alpn.assign(reinterpret_cast<const char*>(in), in_size);
  *out = in + 1;
  *out_size = *in;
  return SSL_TLSEXT_ERR_OK;
}

int accept_any_certificate(X509_STORE_CTX* /*chain*/, void* /*unused*/) { return 1; }

ContextPtr make_context(const TlsServer::Setup& setup, TlsServer::Seen& seen) {
  ContextPtr context{SSL_CTX_new(TLS_server_method())};
  const CertificatePtr certificate{
      PEM_read_bio_X509(pem(setup.identity.certificate_pem).get(), nullptr, nullptr, nullptr)};
  const KeyPtr key{PEM_read_bio_PrivateKey(pem(setup.identity.key_pem).get(), nullptr, nullptr, nullptr)};
  require(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1, "certificate");
  require(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1, "key");
  SSL_CTX_set_max_proto_version(context.get(), setup.highest_version);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_http, &seen);
  const int demanded = setup.wants_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | demanded, nullptr);  // asks for one, takes any
  SSL_CTX_set_cert_verify_callback(context.get(), accept_any_certificate, nullptr);
  // Any 80 bytes are keys; none are set for '\0', so that OpenSSL draws them.
  std::string keys(setup.ticket_key == '\0' ? 0 : 80, setup.ticket_key);
  // SSL_CTX_set_tlsext_ticket_keys() without the cast that the macro has in it.
  if (!keys.empty()) SSL_CTX_ctrl(context.get(), SSL_CTRL_SET_TLSEXT_TICKET_KEYS, 80, keys.data());
  constexpr unsigned char name[] = "tests";  // resuming needs one, since clients' certificates are asked for
  SSL_CTX_set_session_id_context(context.get(), name, sizeof name);
  return context;
}

}  // namespace

testing::Identity identity(std::string_view host, bool expired) {
  auto made = testing::make_identity(host, expired);
  if (!made) throw std::runtime_error{to_string(made.error())};
  return *std::move(made);
}

TlsServer::TlsServer(Setup setup) : setup_(std::move(setup)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  require(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0, "bind");
  require(::listen(listener_, 8) == 0, "listen");
  require(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { serve(); }};
}

TlsServer::~TlsServer() {
  if (thread_.joinable()) thread_.join();
  ::close(listener_);
}

const TlsServer::Seen& TlsServer::seen() {
  if (thread_.joinable()) thread_.join();
  return seen_;
}

void TlsServer::serve() {
  sigset_t pipe;  // OpenSSL's own socket BIO raises it
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  constexpr int patience_ms = 10'000;
  pollfd ready{.fd = listener_, .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, patience_ms) != 1) return;
  const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  const timeval patience{.tv_sec = patience_ms / 1000, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const auto context = make_context(setup_, seen_);
  const SslPtr ssl{SSL_new(context.get())};
  SSL_set_fd(ssl.get(), fd);
  SSL_set_app_data(ssl.get(), &seen_);
  talk_over(*ssl);
  ::close(fd);
}

void TlsServer::talk_over(SSL& ssl) {
  seen_.handshake_done = SSL_accept(&ssl) == 1;
  if (const char* name = SSL_get_servername(&ssl, TLSEXT_NAMETYPE_host_name)) seen_.server_name = name;
  if (!seen_.handshake_done) {
    const char* reason = ERR_reason_error_string(ERR_get_error());
    seen_.failure = reason != nullptr ? reason : "connection ended";
    return setup_.wants_certificate ? void() : read_to_end(ssl);
  }
  seen_.client_certificate = SSL_get0_peer_certificate(&ssl) != nullptr;
  seen_.resumed = SSL_session_reused(&ssl) == 1;
  setup_.talk(ssl);
}

void TlsServer::read_to_end(SSL& ssl) {
  auto& seen = *static_cast<Seen*>(SSL_get_app_data(&ssl));
  std::array<char, 4096> piece{};
  std::size_t size = 0;
  while (SSL_read_ex(&ssl, piece.data(), piece.size(), &size) == 1) seen.application_data.append(piece.data(), size);
  seen.close_notify = (SSL_get_shutdown(&ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void TlsServer::write(SSL& ssl, std::string_view text) {
  std::size_t written = 0;
  while (!text.empty() && SSL_write_ex(&ssl, text.data(), text.size(), &written) == 1) text.remove_prefix(written);
}

}  // namespace zenws::net::tests
