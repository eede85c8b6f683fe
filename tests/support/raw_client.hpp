// A blocking WebSocket client on bare sockets, for looking at what is on the wire: frames, FIN, RST, certificates.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/buffer.hpp"
#include "ws/frame.hpp"
#include "ws/protocol.hpp"
#include "ws/upgrade.hpp"

namespace zenws::test {

// One frame as it came.
struct RawFrame {
  bool fin = true;
  ws::Opcode opcode = ws::Opcode::text;
  std::string payload;
  friend bool operator==(const RawFrame&, const RawFrame&) = default;
};

// How the connection stands for who waits for bytes.
enum class WireEnd : std::uint8_t { open, fin, reset, silent };

// Every wait ends after `patience`; a test that meets it has failed anyway, or expects silence and says how long.
class RawClient {
 public:
  static constexpr std::chrono::milliseconds patience{10'000};

  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    wait_at_most(patience);
    const timeval limit = timeval_of(patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(port);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
  }
  ~RawClient() {
    tls_.reset();
    ::close(socket_);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const noexcept { return connected_; }
  void wait_at_most(std::chrono::milliseconds time) const {
    const timeval limit = timeval_of(time);
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

  // TLS by OpenSSL as a client that trusts `ca_pem` only and wants a certificate for `host` (a name or an address).
  // The verifier's verdict: X509_V_OK, X509_V_ERR_…; or -1 when there was no handshake for another reason.
  long start_tls(const std::string& ca_pem, const std::string& host) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
    trust(context.get(), ca_pem);
    tls_.reset(SSL_new(context.get()));
    SSL_set_verify(tls_.get(), SSL_VERIFY_PEER, nullptr);
    X509_VERIFY_PARAM* wanted = SSL_get0_param(tls_.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1) {
      SSL_set1_host(tls_.get(), host.c_str());
      std::string name = host;
      SSL_ctrl(tls_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    }
    SSL_set_fd(tls_.get(), socket_);
    const bool done = SSL_connect(tls_.get()) == 1;
    const long verdict = SSL_get_verify_result(tls_.get());
    return done || verdict != X509_V_OK ? verdict : -1;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                 : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  bool send(ws::Opcode opcode, std::string_view payload) {
    Buffer frame;
    ws::append_frame(frame, ws::Role::client, opcode, std::as_bytes(std::span{payload}));
    return write({reinterpret_cast<const char*>(frame.data()), frame.size()});
  }
  bool send_text(std::string_view payload) { return send(ws::Opcode::text, payload); }
  bool send_close(std::uint16_t code, std::string_view reason = {}) {
    const std::array<char, 2> digits{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
    return send(ws::Opcode::close, std::string{digits.data(), digits.size()}.append(reason));
  }

  // Sends an upgrade request; `headers` are further lines, each with its CRLF. The answer's head, as text.
  std::string upgrade(std::string_view target = "/", std::string_view headers = {}) {
    write("GET " + std::string{target} +
          " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
          key + "\r\n" + std::string{headers} + "\r\n");
    return read_head();
  }
  // Up to the empty line; what follows stays for read_frame().
  std::string read_head() {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    while (input_.find(end_of_head) == std::string::npos) {
      if (read_more() != WireEnd::open) return std::exchange(input_, {});
    }
    return take(input_.find(end_of_head) + end_of_head.size());
  }

  // The next frame, or nothing: then end() tells why.
  std::optional<RawFrame> read_frame() {
    while (true) {
      const auto decoded = ws::decode_header(std::as_bytes(std::span{input_}));
      if (decoded.status == ws::DecodedHeader::Status::ok && input_.size() >= decoded.size + decoded.header.length) {
        take(decoded.size);
        return RawFrame{decoded.header.fin, decoded.header.opcode, take(decoded.header.length)};
      }
      if (read_more() != WireEnd::open) return std::nullopt;
    }
  }
  // The next frame's payload; empty when none came.
  std::string read_payload() {
    auto frame = read_frame();
    return frame ? std::move(frame->payload) : std::string{};
  }
  // The close code in the next frame; 0 when that is no close frame, 1005 when it has none.
  std::uint16_t read_close() {
    const auto frame = read_frame();
    if (!frame || frame->opcode != ws::Opcode::close) return 0;
    if (frame->payload.size() < 2) return 1005;
    const auto high = static_cast<unsigned char>(frame->payload[0]),
               low = static_cast<unsigned char>(frame->payload[1]);
    return static_cast<std::uint16_t>(high << 8U | low);
  }
  // What follows: reads until the stream ends or nothing came for the time given by wait_at_most().
  WireEnd read_to_end() {
    while (end_ == WireEnd::open) read_more();
    return end_;
  }
  [[nodiscard]] WireEnd end() const noexcept { return end_; }
  // Bytes read that are no whole frame yet.
  [[nodiscard]] const std::string& unread() const noexcept { return input_; }

  // RFC 6455 §1.3's example, and what must be answered to it.
  static constexpr const char* key = "dGhlIHNhbXBsZSBub25jZQ==";
  static constexpr const char* accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

 private:
  static timeval timeval_of(std::chrono::milliseconds time) {
    return {.tv_sec = time.count() / 1000, .tv_usec = time.count() % 1000 * 1000};
  }
  static void trust(SSL_CTX* context, const std::string& ca_pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> memory{
        BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())), &BIO_free_all};
    const std::unique_ptr<X509, decltype(&X509_free)> ca{PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr),
                                                         &X509_free};
    if (ca) X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get());
  }
  WireEnd read_more() {
    std::array<char, 65536> piece;
    errno = 0;
    const ssize_t count = tls_ ? SSL_read(tls_.get(), piece.data(), static_cast<int>(piece.size()))
                               : ::recv(socket_, piece.data(), piece.size(), 0);
    if (count > 0) {
      input_.append(piece.data(), static_cast<std::size_t>(count));
      return end_ = WireEnd::open;
    }
    if (errno == ECONNRESET) return end_ = WireEnd::reset;
    return end_ = errno == EAGAIN ? WireEnd::silent : WireEnd::fin;
  }
  std::string take(std::size_t count) {
    std::string taken = input_.substr(0, count);
    input_.erase(0, count);
    return taken;
  }

  int socket_;
  bool connected_ = false;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, &SSL_free};
  std::string input_;
  WireEnd end_ = WireEnd::open;
};

}  // namespace zenws::test
