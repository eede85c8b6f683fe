// What one open connection says and owes, decided without I/O: bytes and time in; deliveries, debts and a deadline out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <zenws/error.hpp>
#include <zenws/message.hpp>
#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "link/decoder.hpp"
#include "link/frame_watch.hpp"
#include "link/heartbeat_wire.hpp"
#include "link/inbound.hpp"
#include "ws/close.hpp"
#include "ws/protocol.hpp"

namespace zenws::link {

// A frame that is owed to the peer. Lives until the session's next call.
struct Owed {
  ws::Opcode opcode = ws::Opcode::close;
  std::span<const std::byte> payload;
};

// What the Session wants done next.
struct Step {
  enum class Kind : std::uint8_t {
    need_more,  // nothing until more bytes are fed
    deadline,   // deadline() has changed
    message,    // deliver the inbound
    dropped,    // a message that nobody is to see: the connection closes
    owed,       // send it
    closing,    // send it, a close frame: the closing handshake has begun
    failed,     // deliver the inbound, then as closing
  };
  Kind kind = Kind::need_more;
  Owed owed = {};
};

class Session {
 public:
  // `on_throw`: called with the text of what a function of the user's throws. `watch`: gets all that comes, as of
  // connection `epoch`; may be null. `inflate`: how the peer's messages may be compressed; nullopt: they are not.
  // `draw`: for heartbeats.
  Session(const Options& options, TimePoint opened, HeartbeatWire::OnThrow on_throw, const FrameWatch* watch = nullptr,
          std::uint64_t epoch = 0, std::optional<ws::InflateParams> inflate = std::nullopt,
          HeartbeatWire::Draw draw = random_u32);

  // ---- what comes

  // Where the next bytes may be read to, of a message that has begun; empty: anywhere.
  [[nodiscard]] std::span<std::byte> direct_target() { return protocol_.direct_target(); }
  // Bytes came, anywhere: they stay there until all was taken or keep().
  void feed(std::span<std::byte> bytes, TimePoint now);
  // Bytes came to direct_target().
  void fed_directly(std::size_t bytes, TimePoint now);
  // What was not taken yet needs its place no more.
  void keep() { protocol_.keep(); }
  // Bytes that were fed and not taken; and those that were.
  [[nodiscard]] std::size_t unread() const noexcept { return protocol_.unread(); }
  [[nodiscard]] std::uint64_t handled() const noexcept { return fed_ - unread(); }

  // The next step; of a message, or of what broke the protocol, it makes `inbound`. Views in both live until the next
  // call. `expects_answers`: texts are looked into for replies and updates also without decode_json.
  [[nodiscard]] Step next(TimePoint now, bool expects_answers, std::optional<Inbound>& inbound);

  // ---- time

  // Of what came, what was looked into: all that came before `until`, nullopt while reading is paused; `waiting` bytes
  // were not.
  struct Read {
    std::optional<TimePoint> until;
    std::size_t waiting = 0;
  };
  struct Tick {
    bool missed = false;             // a heartbeat
    std::optional<Owed> owed = {};   // a frame; a close frame begins the closing handshake
    std::optional<Error> dead = {};  // the connection is to be dropped
    bool over = false;               // the time for closing is up: the connection ends
  };
  // At deadline() or later.
  [[nodiscard]] Tick tick(TimePoint now, const Read& read);
  [[nodiscard]] TimePoint deadline() const noexcept;

  // ---- the end

  // Begins the closing handshake (RFC 6455 §7.1.2); what comes meanwhile is dropped. The frame that is owed; nullopt:
  // the handshake, or the end, has begun, and what that one is for stays.
  [[nodiscard]] std::optional<Owed> close(std::uint16_t code, std::string_view reason, Error why);
  // Requires: it closes. The close frame goes now, which may be long after what made it was read: from here on the
  // peer's answer is waited for.
  void wait_for_peer(TimePoint now) noexcept { closing_->until = now + options_.close_timeout; }
  // Requires: it closes. Whether what comes meanwhile is delivered, however long nobody has room for it. What was so
  // before.
  bool deliver_to_the_end(bool deliver) noexcept { return std::exchange(closing_->delivers, deliver); }
  // Nothing can be sent any more. What has come is read first, though: it may say why.
  void sending_failed(const std::error_code& error, TimePoint now);
  // The stream has ended, or failed with `error`.
  void stream_ended(const std::error_code& error);
  // It is to end without a word to the peer; without a close frame of the peer's that is told as 1006.
  void abort(const Error& why);
  // It is to end, and with `why`, whatever it was to end with.
  void leave(Error why);

  // Neither closes nor has ended.
  [[nodiscard]] bool is_open() const noexcept { return !closing_; }
  [[nodiscard]] bool has_failed_to_send() const noexcept { return send_error_.has_value(); }
  // Of what comes, messages are delivered.
  [[nodiscard]] bool delivers() const noexcept { return !closing_ || closing_->delivers; }
  // Requires: !is_open(). Why the connection ends.
  [[nodiscard]] const Error& why() const noexcept { return closing_->why; }

  // Null: messages are not compressed.
  [[nodiscard]] const ws::Inflater* inflater() const noexcept { return protocol_.inflater(); }
  // Null: no heartbeat is configured.
  [[nodiscard]] HeartbeatWire* beats() noexcept { return beats_.get(); }

 private:
  struct Closing {
    Error why;
    TimePoint until = never;  // the peer's answer, and the end of the stream
    bool delivers = false;
    std::optional<std::uint64_t> last = {};  // byte that is delivered, when the time is up
  };
  [[nodiscard]] Step step_of(const ws::Event& event, TimePoint now, std::optional<Inbound>& inbound);
  [[nodiscard]] Step wait(TimePoint now);
  [[nodiscard]] bool look_whether_late(TimePoint now, std::optional<TimePoint> read_until);
  [[nodiscard]] Owed begin_closing(std::uint16_t code, std::string_view reason, Error why);
  [[nodiscard]] Step peer_closes();
  [[nodiscard]] Step fail(std::optional<Inbound>& inbound);
  [[nodiscard]] bool closing_is_over(TimePoint now, const Read& read);
  void show(const ws::Event& event, TimePoint now);

  const Options& options_;
  const FrameWatch* const watch_;
  const std::uint64_t epoch_;
  const Decoder decoder_;
  ws::Protocol protocol_;
  std::unique_ptr<HeartbeatWire> beats_;  // null: no heartbeat is configured
  std::uint64_t fed_ = 0;                 // bytes
  TimePoint heard_;
  std::uint32_t fragmented_ = 0;  // which message in fragments is waited for; 0: none
  TimePoint whole_by_ = never;    // when all of it must have come
  TimePoint look_at_ = never;     // when to look whether it has: later than that while it may lie unread
  bool nobody_reads_ = false;     // when it was last looked at
  bool end_shown_ = false;        // the protocol says it again and again
  std::optional<Error> send_error_;
  std::optional<Closing> closing_;
  TimePoint read_by_ = never;                            // when nothing can be sent: what has come
  std::unique_ptr<const ws::ClosePayload> close_frame_;  // from when it is owed on
  std::string beat_;                                     // the heartbeat that is owed
};

}  // namespace zenws::link
