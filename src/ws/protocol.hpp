// The receiving half of RFC 6455 and 7692, sans-I/O: bytes go in, messages and control frames come out, in either role.
//
// Use: feed() what was read, then call next() until it says need_more. Views in events point into the bytes fed (a
// message that arrived whole) or into the message under construction (one that came in pieces); both live until the
// next call on this object. The bytes fed must stay where they are until next() said need_more or keep() was called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <zenws/error.hpp>

#include "base/buffer.hpp"
#include "ws/frame.hpp"
#include "ws/frame_rules.hpp"
#include "ws/inflater.hpp"
#include "ws/mask.hpp"
#include "ws/utf8.hpp"
#include "ws/words.hpp"

namespace zenws::ws {

// Bytes that may be read (never written) behind a text message: what simdjson wants.
inline constexpr std::size_t text_padding = 64;

struct Limits {
  std::size_t max_message_size = std::size_t{16} << 20U;
};

// What next() found.
struct Event {
  enum class Kind : std::uint8_t {
    need_more,  // feed() again
    text,       // payload: a whole message, valid UTF-8, text_padding readable bytes behind it
    binary,     // payload: a whole message
    ping,       // payload: answer it with a pong of the same payload
    pong,       // payload
    close,      // payload as received; parse_close() has accepted it. Nothing follows.
    failed,     // failure() tells why and failure_close_code() what to close with. Nothing follows.
  };
  Kind kind = Kind::need_more;
  std::span<std::byte> payload;

  // Of a message.
  [[nodiscard]] static Kind kind_of(Opcode opcode) noexcept {
    return opcode == Opcode::text ? Kind::text : Kind::binary;
  }
};

class Protocol {
 public:
  // `inflate`: how the peer's messages may be compressed; nullopt: permessage-deflate was not negotiated.
  Protocol(Role role, Limits limits, std::optional<InflateParams> inflate = std::nullopt);

  // Gives bytes. Requires: next() said need_more since the last feed(), and text_padding readable bytes behind `bytes`
  // when texts are to be parsed in place. The bytes are unmasked in place (server role).
  void feed(std::span<std::byte> bytes);
  // The next event. After close or failed: that same kind again, without a payload, whatever is fed.
  [[nodiscard]] Event next();
  // Copies what was fed and not yet taken, so that its memory can be used for others; next() goes on as if nothing
  // happened.
  void keep();

  // Bytes that were fed and not yet taken.
  [[nodiscard]] std::size_t unread() const noexcept { return input_.size(); }
  // Which message in fragments is under construction, counted from 1; 0: none is.
  [[nodiscard]] std::uint32_t fragmented() const noexcept { return in_message_ && in_fragments_ ? fragmented_ : 0; }
  // Where to read a large message's missing bytes straight into, or empty: then read anywhere and feed().
  // After reading n bytes there call fed_directly(n), then next().
  [[nodiscard]] std::span<std::byte> direct_target() noexcept;
  void fed_directly(std::size_t count) noexcept;

  // Requires: next() said failed. Errors: protocol_error, invalid_utf8, message_too_big, in phase open.
  [[nodiscard]] const Error& failure() const noexcept;
  // 1002, 1007 or 1009, by failure().
  [[nodiscard]] std::uint16_t failure_close_code() const noexcept;
  // Requires: next() said close.
  [[nodiscard]] const CloseReason& close_reason() const noexcept;
  // Null: permessage-deflate was not negotiated.
  [[nodiscard]] const Inflater* inflater() const noexcept { return inflater_.get(); }
  // Bytes of memory held beside the object itself.
  [[nodiscard]] std::size_t memory() const noexcept;

  Protocol(const Protocol&) = delete;
  Protocol& operator=(const Protocol&) = delete;
  ~Protocol();

 private:
  enum class Step : std::uint8_t {
    header,   // before a frame, or inside its header: carry_ has the part that came
    control,  // inside a control frame's payload: carry_ has the part that came
    data,     // inside a data frame's payload: message_ has the part that came
    closed,
    failed,
  };
  struct Ending;  // why nothing follows

  [[nodiscard, gnu::noinline]] Event next_by_steps();  // apart, so that next() stays short
  [[nodiscard]] DecodedHeader take_header();
  [[nodiscard]] DecodedHeader take_carried_header();
  [[nodiscard]] FramePlace place() const noexcept;
  [[nodiscard]] bool is_whole_control(const FrameHeader& header) const noexcept;
  [[nodiscard]] Event take_whole_control(const FrameHeader& header);
  void begin_frame(const FrameHeader& header) noexcept;
  [[nodiscard]] Event take_control();
  [[nodiscard]] Event take_data();
  [[nodiscard]] Event take_whole_compressed();
  [[nodiscard]] Event take_compressed();
  [[nodiscard]] Event end_frame();
  [[nodiscard]] const Rule* broken_by(Inflater::Status status) noexcept;
  [[nodiscard]] Event control_event(Opcode opcode, std::span<std::byte> payload);
  [[nodiscard]] Event close_event(std::span<std::byte> payload);
  [[nodiscard]] Event fail(const Rule& rule);
  [[nodiscard]] Event fail(Error error);
  [[nodiscard]] Event need_more() noexcept;

  [[nodiscard]] std::span<std::byte> take(std::uint64_t at_most) noexcept;
  void make_room(std::size_t count);
  [[nodiscard]] bool check_new_bytes() noexcept;
  void forget_delivered() noexcept;

  Step step_ = Step::header;
  Role role_;
  bool in_message_ = false;    // between a message's first byte and its last
  bool in_fragments_ = false;  // the message under construction, or the last one
  bool delivered_ = false;     // message_ was handed out by the last next()
  bool compressed_ = false;    // the message under construction, or the last one in steps
  Opcode message_opcode_ = Opcode::text;
  std::uint32_t fragmented_ = 0;  // messages so far
  Utf8Stream utf8_;
  std::size_t max_message_size_;
  std::span<std::byte> input_;    // fed and not taken: the caller's bytes, or the end of kept_
  FrameHeader frame_;             // of the frame whose payload is being collected
  std::uint64_t frame_left_ = 0;  // its bytes still to come
  std::size_t frame_begin_ = 0;   // where its payload starts in message_
  std::size_t checked_ = 0;       // bytes of message_ that are unmasked and checked
  std::size_t deflated_ = 0;      // bytes of the message under construction as they came, compressed
  std::unique_ptr<Inflater> inflater_;
  Buffer message_;  // the message under construction, with text_padding reserved behind
  Buffer carry_;    // the part that came of a header or a control frame's payload
  Buffer kept_;     // not empty: input_ is in it
  std::unique_ptr<Ending> ending_;
};

inline void Protocol::forget_delivered() noexcept {
  delivered_ = false;
  checked_ = 0;
  message_.clear();
}

// Nearly all that comes is a message of one frame, all of it in the input: nothing is copied, and nothing remembered.
// Inline, for what calls cost is a good part of it.
inline Event Protocol::next() {
  if (delivered_) forget_delivered();
  if (step_ != Step::header || !carry_.empty() || in_message_) return next_by_steps();
  const PlainMessage plain = plain_message(input_, role_);
  if (plain.header_size == 0 || plain.length > max_message_size_) return next_by_steps();
  if (plain.header_size + plain.length > input_.size()) return next_by_steps();
  const std::span<std::byte> payload = input_.subspan(plain.header_size, plain.length);
  input_ = input_.subspan(plain.header_size + plain.length);
  if (role_ == Role::server) mask(payload, load<MaskKey>(payload.data() - sizeof(MaskKey)));
  if (plain.opcode == Opcode::text && !is_valid_utf8(payload)) return fail(text_is_utf8);
  return {.kind = Event::kind_of(plain.opcode), .payload = payload};
}

// Appends one unfragmented frame to `out`: in the client role masked with a fresh key from the CSPRNG. `rsv`: rsv1 when
// the payload is compressed.
void append_frame(Buffer& out, Role role, Opcode opcode, std::span<const std::byte> payload, std::uint8_t rsv = 0);
// Bytes that append_frame() would append.
[[nodiscard]] constexpr std::size_t frame_size(Role role, std::size_t payload) noexcept {
  return header_size(payload, role == Role::client) + payload;
}

}  // namespace zenws::ws
