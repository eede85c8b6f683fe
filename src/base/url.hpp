// What a ws:// or wss:// URL says, checked once (RFC 6455 §3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <zenws/error.hpp>

namespace zenws {

struct Url {
  bool secure = false;        // wss
  std::string host;           // decoded; an IPv6 literal without its brackets
  std::uint16_t port = 0;     // 80 or 443 when not given
  std::string target;         // path and query as sent in the request line; "/" at least; the fragment is dropped
  std::string host_header;    // host, brackets kept, with the port when it is not the scheme's own
  std::string authorization;  // "Basic …" from the userinfo, or empty
  std::string redacted;       // for people: userinfo and query values as [REDACTED]

  friend bool operator==(const Url&, const Url&) = default;
};

// Errors: invalid_config in phase config with the contract's texts, "URL is required" or "Invalid URL format".
Result<Url> parse_url(std::string_view text);

}  // namespace zenws
