// Close frames (RFC 6455 §5.5.1, §7.4): which codes may be sent and received, and their payload.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <zenws/error.hpp>

namespace zenws::ws {

namespace close_code {
inline constexpr std::uint16_t normal = 1000, going_away = 1001, protocol_error = 1002, no_status = 1005,
                               abnormal = 1006, invalid_data = 1007, policy_violation = 1008, message_too_big = 1009;
}

// §7.4.1, §7.4.2 and IANA: 1000–1003, 1007–1014, 3000–4999. Never 1004, 1005, 1006, 1015.
[[nodiscard]] bool may_be_on_the_wire(std::uint16_t code) noexcept;

// The payload of a close frame. Code 1005 means an empty payload.
class ClosePayload {
 public:
  // Requires: code may be on the wire or is 1005, reason <= 123 bytes (a longer one is cut at a character boundary).
  ClosePayload(std::uint16_t code, std::string_view reason) noexcept;
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return std::span{bytes_}.first(size_); }

 private:
  std::array<std::byte, 125> bytes_{};
  std::size_t size_ = 0;
};

// Errors: protocol_error (one byte, forbidden code), invalid_utf8 (reason), both in phase open.
Result<CloseReason> parse_close(std::span<const std::byte> payload);

}  // namespace zenws::ws
