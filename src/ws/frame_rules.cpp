// The rules of RFC 6455 §5 in the words in which a user reads them.
#include "ws/frame_rules.hpp"

namespace zenws::ws {

constexpr Rule text_is_utf8{errc::invalid_utf8, "RFC 6455 §8.1: a text message is not valid UTF-8"};
constexpr Rule message_fits{errc::message_too_big, "RFC 6455 §10.4: the message is larger than max_message_size"};
constexpr Rule compressed_is_deflate{errc::protocol_error,
                                     "RFC 7692 §7.2.2: a compressed message is not DEFLATE, or is cut"};

namespace {

constexpr Rule minimal{errc::protocol_error,
                       "RFC 6455 §5.2: a payload length must be encoded in the fewest bytes possible"};
constexpr Rule top_bit{errc::protocol_error,
                       "RFC 6455 §5.2: the most significant bit of a 64-bit payload length must be 0"};
constexpr Rule reserved_bits{errc::protocol_error,
                             "RFC 6455 §5.2: a reserved bit is set that no extension was negotiated for"};
constexpr Rule server_masks{errc::protocol_error, "RFC 6455 §5.1: a server must not mask its frames"};
constexpr Rule client_masks_not{errc::protocol_error, "RFC 6455 §5.1: a client must mask its frames"};
constexpr Rule reserved_opcode{errc::protocol_error, "RFC 6455 §5.2: the frame's opcode is reserved"};
constexpr Rule long_control{errc::protocol_error, "RFC 6455 §5.5: a control frame's payload must be 125 bytes or less"};
constexpr Rule cut_control{errc::protocol_error, "RFC 6455 §5.5: a control frame must not be fragmented"};
constexpr Rule nothing_to_continue{errc::protocol_error,
                                   "RFC 6455 §5.4: a continuation frame came without a message to continue"};
constexpr Rule not_continued{errc::protocol_error, "RFC 6455 §5.4: a new message began inside a fragmented one"};
constexpr Rule misplaced_rsv1{errc::protocol_error,
                              "RFC 7692 §6.1: RSV1 is set in a frame that does not begin a message"};

bool is_known(Opcode opcode) noexcept {
  switch (opcode) {
    case Opcode::continuation:
    case Opcode::text:
    case Opcode::binary:
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong:
      return true;
  }
  return false;
}

// RFC 7692 §6.2: a message is compressed when its first frame has RSV1.
bool begins_compressed(const FrameHeader& header, FramePlace place) noexcept {
  return place.may_deflate && header.rsv == rsv1 && (header.opcode == Opcode::text || header.opcode == Opcode::binary);
}

std::size_t room_for(const FrameHeader& header, FramePlace place) noexcept {
  return place.in_compressed || begins_compressed(header, place) ? place.compressed_room : place.room;
}

}  // namespace

const Rule* broken_rule(const DecodedHeader& decoded, FramePlace place) noexcept {
  if (decoded.status == DecodedHeader::Status::not_minimal) return &minimal;
  if (decoded.status == DecodedHeader::Status::length_too_long) return &top_bit;
  const FrameHeader& header = decoded.header;
  if (header.rsv != 0 && !begins_compressed(header, place)) {
    return place.may_deflate && header.rsv == rsv1 ? &misplaced_rsv1 : &reserved_bits;
  }
  if (header.masked != (place.receiver == Role::server)) return header.masked ? &server_masks : &client_masks_not;
  if (!is_known(header.opcode)) return &reserved_opcode;
  if (is_control(header.opcode)) {
    if (!header.fin) return &cut_control;
    return header.length > max_control_payload ? &long_control : nullptr;
  }
  if ((header.opcode == Opcode::continuation) != place.in_message) {
    return place.in_message ? &not_continued : &nothing_to_continue;
  }
  return header.length > room_for(header, place) ? &message_fits : nullptr;
}

}  // namespace zenws::ws
