// Base64 and SHA-1 as the handshake needs them (RFC 6455 §4.2.2), on OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace zenws {

[[nodiscard]] std::string base64_encode(std::span<const std::byte> bytes);
[[nodiscard]] std::array<std::byte, 20> sha1(std::string_view text);

}  // namespace zenws
