// See session.hpp.
#include "client/session.hpp"

#include "json/parser.hpp"

namespace zenws::client {

Step Session::next() {
  ws::Event event = protocol_.next();
  // Unsolicited pongs are allowed (RFC 6455 §5.5.3), and those that answer ping() concern nobody else.
  while (event.kind == ws::Event::Kind::pong) event = protocol_.next();
  using Kind = ws::Event::Kind;
  switch (event.kind) {
    case Kind::text:
      return {Step::Kind::text, event.payload};
    case Kind::binary:
      return {Step::Kind::binary, event.payload};
    case Kind::need_more:
      return {};
    case Kind::ping:
      return {Step::Kind::pong, event.payload};
    case Kind::pong:
      break;
    case Kind::close:
      return close_step(Step::Kind::close, protocol_.close_reason().code, {});
    case Kind::failed:
      failed_ = true;
      return close_step(Step::Kind::failed, protocol_.failure_close_code(), protocol_.failure().detail());
  }
  return {};
}

// RFC 6455 §5.5.1: an endpoint that answers a close frame typically echoes the status code.
Step Session::close_step(Step::Kind kind, std::uint16_t code, std::string_view reason) {
  owed_close_ = ws::ClosePayload{code, reason};
  return {kind, owed_close_.bytes()};
}

Message Session::message(const Step& step, bool expects_answers) const {
  if (step.kind == Step::Kind::failed) return ProtocolError{protocol_.failure()};
  if (step.kind == Step::Kind::binary) return BinaryMessage{step.payload};
  const std::string_view text{reinterpret_cast<const char*>(step.payload.data()), step.payload.size()};
  const simdjson::dom::element* const value = decode_json_ || expects_answers ? json::parse(text) : nullptr;
  if (value == nullptr) return TextMessage{text};
  if (json::reply_id(*value).has_value()) return UnmatchedResponse{*value, text};
  if (!decode_json_) return TextMessage{text};
  return JsonMessage{*value, text};
}

Error Session::error() const {
  if (failed_) return protocol_.failure();
  const CloseReason& reason = protocol_.close_reason();
  return Error{errc::disconnected, Phase::open, "the server closed the connection"}.with_close(reason);
}

}  // namespace zenws::client
