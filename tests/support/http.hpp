// One GET on a bare socket: what Prometheus asks of us, and what we ask of Prometheus.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/raw_client.hpp"

namespace zenws::testing {

// A text for a URL's query.
inline std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
  }
  return encoded;
}

// The body of the answer of 127.0.0.1; empty when there was none, or one without status 200.
inline std::string http_get(std::uint16_t port, std::string_view target) {
  test::RawClient client{port};
  // 1.0: the body comes as it is, and ends with the connection.
  if (!client.connected() || !client.write("GET " + std::string{target} + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")) {
    return {};
  }
  const std::string head = client.read_head();
  client.read_to_end();
  return head.find(" 200 ") < head.find('\r') ? client.unread() : std::string{};
}

}  // namespace zenws::testing
