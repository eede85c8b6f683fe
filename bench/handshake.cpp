// Where the key stands in a request, and what RFC 6455 §4.2.2 makes of it.
#include "handshake.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

namespace bench {

namespace {

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

std::string upgrade_request(std::uint16_t port, std::string_view target) {
  return fmt::format(
      "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      target, port);
}

}  // namespace bench
