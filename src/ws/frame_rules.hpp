// Which rule of RFC 6455 a frame's header breaks where it stands.
#pragma once

#include <cstddef>

#include <zenws/error.hpp>

#include "ws/frame.hpp"

namespace zenws::ws {

struct Rule {
  errc code;         // protocol_error, invalid_utf8 or message_too_big
  const char* text;  // with its section
};

// §8.1; the one rule that headers cannot break.
extern const Rule text_is_utf8;

// Where the frame stands.
struct FramePlace {
  Role receiver;
  bool in_message;   // after a fragment that was not the last
  std::size_t room;  // bytes that the message may still grow
};

// Null when the header is right. Requires: decoded.status is not need_more.
[[nodiscard]] const Rule* broken_rule(const DecodedHeader& decoded, FramePlace place) noexcept;

// What nearly every frame is: a message of one frame, where one may begin. Inline, to be asked first: broken_rule()
// finds nothing in it.
[[nodiscard]] inline bool is_plain_message(const DecodedHeader& decoded, FramePlace place) noexcept {
  const FrameHeader& header = decoded.header;
  return decoded.status == DecodedHeader::Status::ok && header.fin && header.rsv == 0 &&
         (header.opcode == Opcode::text || header.opcode == Opcode::binary) && !place.in_message &&
         header.masked == (place.receiver == Role::server) && header.length <= place.room;
}

}  // namespace zenws::ws
