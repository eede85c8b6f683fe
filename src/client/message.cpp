// Messages that own their bytes.
#include <cstring>
#include <new>
#include <optional>
#include <string>

#include <zenws/json.hpp>

#include "base/bytes.hpp"
#include "json/beyond.hpp"
#include "ws/protocol.hpp"

namespace zenws {

static_assert(ws::text_padding >= simdjson::SIMDJSON_PADDING);

struct OwnedMessage::Json {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  bool lossy = false;

  // It was JSON when it arrived; a caller who made one of other text gets JSON null. Requires: padding behind `text`.
  explicit Json(std::string_view text) {
    if (parses(text, false)) return;
    const std::optional<std::string> rewritten = json::with_nearest_doubles(text);
    lossy = rewritten && parses(*rewritten, true);
    if (!lossy) (void)parses("null", true);
  }

 private:
  bool parses(std::string_view text, bool copies) {
    const simdjson::error_code failure = parser.parse(text.data(), text.size(), copies).get(value);
    if (failure == simdjson::MEMALLOC) throw std::bad_alloc{};  // as where messages are copied
    return failure == simdjson::SUCCESS;
  }
};

OwnedMessage::OwnedMessage(Kind kind, std::span<const std::byte> payload)
    : kind_{kind},
      size_{payload.size()},
      payload_{std::make_unique_for_overwrite<std::byte[]>(payload.size() + ws::text_padding)} {
  if (!payload.empty()) std::memcpy(payload_.get(), payload.data(), payload.size());
  std::memset(payload_.get() + size_, 0, ws::text_padding);
}

OwnedMessage::OwnedMessage(Error error)
    : kind_{Kind::protocol_error}, error_{std::make_unique<Error>(std::move(error))} {}
OwnedMessage::OwnedMessage(OwnedMessage&&) noexcept = default;
OwnedMessage& OwnedMessage::operator=(OwnedMessage&&) noexcept = default;
OwnedMessage::~OwnedMessage() = default;

std::string_view OwnedMessage::text() const noexcept { return {reinterpret_cast<const char*>(payload_.get()), size_}; }

std::span<const std::byte> OwnedMessage::bytes() const noexcept { return {payload_.get(), size_}; }

Message OwnedMessage::view() {
  switch (kind_) {
    case Kind::text:
      return TextMessage{text()};
    case Kind::binary:
      return BinaryMessage{bytes()};
    case Kind::protocol_error:
      return ProtocolError{*error_};
    case Kind::json:
    case Kind::unmatched_response:
      break;
  }
  if (!json_) json_ = std::make_unique<Json>(text());
  if (kind_ == Kind::json) return JsonMessage{json_->value, text(), json_->lossy};
  return UnmatchedResponse{json_->value, text(), json_->lossy};
}

OwnedMessage JsonMessage::own() const { return {OwnedMessage::Kind::json, as_bytes(text)}; }
OwnedMessage TextMessage::own() const { return {OwnedMessage::Kind::text, as_bytes(text)}; }
OwnedMessage BinaryMessage::own() const { return {OwnedMessage::Kind::binary, bytes}; }
OwnedMessage UnmatchedResponse::own() const { return {OwnedMessage::Kind::unmatched_response, as_bytes(text)}; }
OwnedMessage ProtocolError::own() const { return OwnedMessage{error}; }

}  // namespace zenws
