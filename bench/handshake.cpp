// Where the key stands in a request, and what RFC 6455 §4.2.2 makes of it.
#include "handshake.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

namespace bench {

namespace {

constexpr int longest_wait_seconds = 60;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string_view key_of(std::string_view request) {
  constexpr std::string_view name = "\r\nsec-websocket-key:";
  const auto found = std::ranges::search(request, name, {}, lower);
  if (found.empty()) throw std::runtime_error{"an upgrade request without a key"};
  std::string_view value{found.end(), request.end()};
  value = value.substr(0, value.find('\r'));
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

std::string accept_key(std::string_view key) {
  const std::string salted = fmt::format("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(salted.data()), salted.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> text;
  const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return {text.begin(), text.begin() + size};
}

Descriptor connect_tcp(std::uint16_t port) {
  Descriptor socket{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
  const int on = 1;
  checked(::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  const timeval wait{.tv_sec = longest_wait_seconds, .tv_usec = 0};
  checked(::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), "SO_RCVTIMEO");
  checked(::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait), "SO_SNDTIMEO");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  return socket;
}

}  // namespace

std::string target_of(std::string_view request) {
  const std::size_t begin = request.find(' ') + 1;
  const std::size_t end = request.find(' ', begin);
  if (begin == 0 || end == std::string_view::npos) throw std::runtime_error{"not an upgrade request"};
  return std::string{request.substr(begin, end - begin)};
}

std::string answer_to(std::string_view request) {
  return fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n"
      "\r\n",
      accept_key(key_of(request)));
}

Descriptor connect_bare(std::uint16_t port, std::string_view target) {
  Descriptor socket = connect_tcp(port);
  const std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      target, port);
  checked(::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL), "send");
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {  // the server says nothing more before it is spoken to
    std::array<char, 1024> piece;
    const auto got = checked(::recv(socket.number(), piece.data(), piece.size(), 0), "recv");
    if (got == 0) throw std::runtime_error{"the server refused the upgrade"};
    answer.append(piece.data(), static_cast<std::size_t>(got));
  }
  if (answer != answer_to(request)) throw std::runtime_error{"not the server's answer: " + answer};
  return socket;
}

}  // namespace bench
