// What one open connection says and owes, decided without I/O: bytes and time in; deliveries, debts and a deadline out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

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

// What the Session wants done next.
struct Step {
  enum class Kind : std::uint8_t {
    need_more,  // nothing until more bytes are fed
    deadline,   // deadline() has changed
    message,    // deliver the inbound
    pong,       // owed: a pong with this payload
    text,       // owed: a text message
    close,      // owed: a close frame with this payload, unless one was sent; then the stream ends
    failed,     // deliver the inbound, owed: a close frame with this payload; then the connection ends with error()
  };
  Kind kind = Kind::need_more;
  std::span<const std::byte> payload;
};

class Session {
 public:
  // `on_throw`: called with the text of what a function of the user's throws. `watch`: gets all that comes, as of
  // connection `epoch`; may be null. `draw`: for heartbeats.
  Session(const Options& options, TimePoint opened, HeartbeatWire::OnThrow on_throw, const FrameWatch* watch = nullptr,
          std::uint64_t epoch = 0, HeartbeatWire::Draw draw = random_u32);

  // Where bytes are fed.
  [[nodiscard]] ws::Protocol& protocol() noexcept { return protocol_; }
  [[nodiscard]] const ws::Protocol& protocol() const noexcept { return protocol_; }
  // Bytes came.
  void heard(TimePoint now) noexcept { heard_ = now; }
  // The next step; of a message, or of what broke the protocol, it makes `inbound`. Views in both live until the next
  // call. `expects_answers`: texts are looked into for replies and updates also without decode_json.
  [[nodiscard]] Step next(TimePoint now, bool expects_answers, std::optional<Inbound>& inbound);
  // Requires: next() said close or failed. Why the connection ends.
  [[nodiscard]] Error error() const;

  struct Tick {
    bool missed = false;                      // a heartbeat
    std::optional<Error> dead;                // the connection is to be dropped
    std::optional<Error> late;                // the connection is to be closed with 1008
    std::optional<HeartbeatWire::Owed> owed;  // a frame
  };
  // At deadline() or later. `read_until`: all that came before was fed; nullopt while reading is paused.
  [[nodiscard]] Tick tick(TimePoint now, std::optional<TimePoint> read_until);
  [[nodiscard]] TimePoint deadline() const noexcept;
  // Null: no heartbeat is configured.
  [[nodiscard]] HeartbeatWire* beats() noexcept { return beats_.get(); }

 private:
  [[nodiscard]] Step step_of(const ws::Event& event, TimePoint now, std::optional<Inbound>& inbound);
  [[nodiscard]] Step wait(TimePoint now);
  [[nodiscard]] bool is_late(TimePoint now, std::optional<TimePoint> read_until);
  [[nodiscard]] Step close_step(Step::Kind kind, std::uint16_t code, std::string_view reason);
  void show(const ws::Event& event, TimePoint now);

  const Options& options_;
  const FrameWatch* const watch_;
  const std::uint64_t epoch_;
  const Decoder decoder_;
  ws::Protocol protocol_;
  std::unique_ptr<HeartbeatWire> beats_;  // null: no heartbeat is configured
  TimePoint heard_;
  std::uint32_t fragmented_ = 0;  // the message in fragments that is waited for
  TimePoint whole_by_ = never;    // it
  TimePoint look_at_ = never;     // whether it is; later than that while it may lie unread
  bool nobody_reads_ = false;     // when it was last looked at
  bool failed_ = false;
  bool end_shown_ = false;                              // the protocol says it again and again
  std::unique_ptr<const ws::ClosePayload> owed_close_;  // while a close step says it
};

}  // namespace zenws::link
