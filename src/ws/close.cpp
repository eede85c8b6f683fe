// What a close frame may say (RFC 6455 §5.5.1, §7.4).
#include "ws/close.hpp"

#include <algorithm>
#include <string>

#include "ws/utf8.hpp"
#include "ws/words.hpp"

namespace zenws::ws {
namespace {

constexpr std::size_t max_reason = 123;  // a control frame's 125 bytes (§5.5) less the code

// The longest start of `reason` that fits and does not cut a character.
std::string_view fitting(std::string_view reason) noexcept {
  if (reason.size() <= max_reason) return reason;
  std::size_t size = max_reason;
  while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xC0U) == 0x80) --size;
  return reason.substr(0, size);
}

}  // namespace

bool may_be_on_the_wire(std::uint16_t code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

ClosePayload::ClosePayload(std::uint16_t code, std::string_view reason) noexcept {
  // §7.4.1: 1005 MUST NOT be set as a status code; it stands for a frame without one.
  if (code == close_code::no_status) return;
  bytes_[0] = static_cast<std::byte>(code >> 8U);
  bytes_[1] = static_cast<std::byte>(code & 0xFFU);
  const auto text = std::as_bytes(std::span{fitting(reason)});
  std::ranges::copy(text, bytes_.begin() + 2);
  size_ = 2 + text.size();
}

Result<CloseReason> parse_close(std::span<const std::byte> payload) {
  if (payload.empty()) return CloseReason{};
  if (payload.size() == 1) {
    return std::unexpected(Error{errc::protocol_error, Phase::open,
                                 "RFC 6455 §5.5.1: the body of a close frame starts with a two-byte code; it has one"});
  }
  const auto code = load_big_endian<std::uint16_t>(payload.data());
  if (!may_be_on_the_wire(code)) {
    return std::unexpected(Error{errc::protocol_error, Phase::open,
                                 "RFC 6455 §7.4: close code " + std::to_string(code) + " must not be sent"});
  }
  const auto reason = payload.subspan(2);
  if (!is_valid_utf8(reason)) {
    return std::unexpected(
        Error{errc::invalid_utf8, Phase::open, "RFC 6455 §5.5.1: the reason of a close frame is not valid UTF-8"});
  }
  return CloseReason{code, std::string(reinterpret_cast<const char*>(reason.data()), reason.size())};
}

}  // namespace zenws::ws
