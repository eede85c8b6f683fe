// What one open connection says and owes, decided without I/O: bytes in, deliveries and debts out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <zenws/error.hpp>
#include <zenws/message.hpp>

#include "ws/close.hpp"
#include "ws/protocol.hpp"

namespace zenws::client {

struct SessionSettings {
  std::size_t max_message_size;
  bool decode_json;
};

// What the Session wants done next.
struct Step {
  enum class Kind : std::uint8_t {
    need_more,  // nothing until more bytes are fed
    text,       // deliver message()
    binary,     // deliver message()
    pong,       // owed: a pong with this payload
    close,      // owed: a close frame with this payload, unless one was sent; then the stream ends
    failed,     // deliver message(), owed: a close frame with this payload; then the connection ends with error()
  };
  Kind kind = Kind::need_more;
  std::span<const std::byte> payload;
};

class Session {
 public:
  explicit Session(SessionSettings settings) noexcept
      : protocol_{ws::Role::client, {settings.max_message_size}}, decode_json_{settings.decode_json} {}

  // Where bytes are fed.
  [[nodiscard]] ws::Protocol& protocol() noexcept { return protocol_; }
  // The next step. Views in it live until the next call.
  [[nodiscard]] Step next();
  // The message of a text, binary or failed step, as the user sees it. Lives until the next call to next().
  // `expects_answers`: an answer is an UnmatchedResponse also without decode_json.
  [[nodiscard]] Message message(const Step& step, bool expects_answers = false) const;
  // Requires: next() said close or failed. Why the connection ends.
  [[nodiscard]] Error error() const;

 private:
  [[nodiscard]] Step close_step(Step::Kind kind, std::uint16_t code, std::string_view reason);

  ws::Protocol protocol_;
  bool decode_json_;
  bool failed_ = false;
  ws::ClosePayload owed_close_{ws::close_code::no_status, {}};
};

}  // namespace zenws::client
