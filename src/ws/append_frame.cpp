// Encoding an outgoing frame in one pass: header, key and masked payload straight into the buffer that is written.
#include <bit>
#include <cstring>

#include "base/random.hpp"
#include "ws/mask.hpp"
#include "ws/protocol.hpp"

namespace zenws::ws {

void append_frame(Buffer& out, Role role, Opcode opcode, std::span<const std::byte> payload, std::uint8_t rsv) {
  FrameHeader header{.rsv = rsv, .opcode = opcode, .masked = role == Role::client, .length = payload.size()};
  // §5.3: "a fresh masking key from the set of allowed 32-bit values", unpredictable for every frame.
  if (header.masked) header.key = std::bit_cast<MaskKey>(random_u32());
  const std::span<std::byte> frame = out.extend(frame_size(role, payload.size()));
  const std::span<std::byte> body = frame.subspan(encode_header(header, frame));
  if (header.masked) {
    mask_copy(payload, body, header.key);
  } else if (!payload.empty()) {
    std::memcpy(body.data(), payload.data(), payload.size());
  }
}

}  // namespace zenws::ws
