// See decoder.hpp.
#include "client/decoder.hpp"

#include "base/contain.hpp"
#include "client/dialect_parts.hpp"
#include "json/parser.hpp"

namespace zenws::client {

void Decoder::read_json(std::optional<Inbound>& into, std::string_view text, bool expects_answers) const {
  const simdjson::dom::element* const value = json::parse(text);
  if (value == nullptr) return void(into.emplace(TextMessage{text}, nullptr, Reading{}, text));
  const Reading reading = read(*value, expects_answers);
  if (!decode_json_) {
    into.emplace(TextMessage{text}, value, reading, text);
  } else if (reading.kind == Reading::Kind::reply) {
    into.emplace(UnmatchedResponse{*value, text}, value, reading, text);
  } else {
    into.emplace(JsonMessage{*value, text}, value, reading, text);
  }
}

void Decoder::read_binary(std::optional<Inbound>& into, std::span<const std::byte> bytes) {
  into.emplace(BinaryMessage{bytes});
}

void Decoder::read_failure(std::optional<Inbound>& into, const Error& error) { into.emplace(ProtocolError{error}); }

Reading Decoder::read(const simdjson::dom::element& json, bool expects_answers) const {
  if (dialect_ == nullptr && !expects_answers) {
    const auto id = json::reply_id(json);
    return id ? Reading{.kind = Reading::Kind::reply, .id = id} : Reading{};
  }
  Reading reading;
  const auto thrown = text_of_what_it_throws([&] { reading = dialect_or_deribit(dialect_).read(json); });
  if (thrown) on_throw_(*thrown);
  return reading;
}

}  // namespace zenws::client
