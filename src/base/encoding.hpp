// Base64 (RFC 4648 §4) and SHA-1, as the handshake (RFC 6455 §4.2.2) and recordings need them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace zenws {

[[nodiscard]] std::string base64_encode(std::span<const std::byte> bytes);
// Strict: padded, no blanks, no other alphabet. nullopt: not base64.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);
[[nodiscard]] std::array<std::byte, 20> sha1(std::string_view text);

}  // namespace zenws
