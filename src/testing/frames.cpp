// Fragmenting by RFC 6455 §5.4, and close payloads by §5.5.1.
#include "testing/frames.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ws/close.hpp"
#include "ws/protocol.hpp"

namespace zenws::testing {

namespace {

void append_raw_frame(Buffer& out, ws::FrameHeader header, std::span<const std::byte> payload) {
  std::array<std::byte, ws::max_header_size> head{};
  header.length = payload.size();
  const std::size_t size = ws::encode_header(header, head);
  out.append(std::span<const std::byte>{head}.first(size));
  out.append(payload);
}

}  // namespace

void append_message(Buffer& out, ws::Opcode opcode, std::span<const std::byte> payload, std::size_t fragment_size,
                    std::uint8_t rsv) {
  if (fragment_size == 0 || payload.size() <= fragment_size) {
    ws::append_frame(out, ws::Role::server, opcode, payload, rsv);
    return;
  }
  while (!payload.empty()) {
    const auto piece = payload.first(std::min(fragment_size, payload.size()));
    payload = payload.subspan(piece.size());
    append_raw_frame(out, {.fin = payload.empty(), .rsv = std::exchange(rsv, 0), .opcode = opcode}, piece);
    opcode = ws::Opcode::continuation;
  }
}

void append_close(Buffer& out, std::uint16_t code, std::string_view reason) {
  if (code == ws::close_code::no_status || ws::may_be_on_the_wire(code)) {
    ws::append_frame(out, ws::Role::server, ws::Opcode::close, ws::ClosePayload{code, reason}.bytes());
    return;
  }
  Buffer payload;
  const std::array<std::byte, 2> digits{static_cast<std::byte>(code >> 8U), static_cast<std::byte>(code & 0xFFU)};
  payload.append(digits);
  payload.append(reason.substr(0, ws::max_control_payload - digits.size()));
  ws::append_frame(out, ws::Role::server, ws::Opcode::close, payload.bytes());
}

}  // namespace zenws::testing
