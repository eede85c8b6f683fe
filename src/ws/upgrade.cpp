// What both roles of the opening handshake compute alike: the key, its answer, and whose headers are whose.
#include "ws/upgrade.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"
#include "base/ignoring_case.hpp"
#include "base/random.hpp"
#include "ws/http_head.hpp"

namespace zenws::ws {

std::string accept_key(std::string_view key) {
  constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // §1.3
  return base64_encode(sha1(std::string{trimmed(key)}.append(guid)));
}

std::string make_key() {
  std::array<std::byte, 16> nonce{};
  random_bytes(nonce);
  return base64_encode(nonce);
}

bool is_handshake_header(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 10> ours = {
      "Host",           "Connection",        "Upgrade", "Keep-Alive", "Proxy-Connection",
      "Content-Length", "Transfer-Encoding", "TE",      "Trailer",    "Expect"};
  constexpr std::string_view prefix = "Sec-WebSocket-";
  return equal_ignoring_case(name.substr(0, prefix.size()), prefix) ||
         std::ranges::any_of(ours, [&](std::string_view own) { return equal_ignoring_case(name, own); });
}

}  // namespace zenws::ws
