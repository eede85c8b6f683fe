#include "link/decoder.hpp"

#include "base/contain.hpp"
#include "json/beyond.hpp"
#include "json/parser.hpp"
#include "link/default_dialect.hpp"

namespace zenws::link {

void Decoder::read_json(std::optional<Inbound>& into, std::string_view text, bool expects_answers) const {
  const simdjson::dom::element* const value = json::parse(text);
  if (value == nullptr) return read_unparsed(into, text, expects_answers);
  make(into, text, *value, false, expects_answers);
}

// Apart: it is rare.
void Decoder::read_unparsed(std::optional<Inbound>& into, std::string_view text, bool expects_answers) const {
  if (const simdjson::dom::element* const value = json::parse_lossy(text))
    return make(into, text, *value, true, expects_answers);
  const auto id = json::reply_id(json::outline_of(text));
  const Reading reading = id ? Reading{.kind = Reading::Kind::reply, .id = id} : Reading{};
  into.emplace(TextMessage{text}, nullptr, reading, text);
}

void Decoder::make(std::optional<Inbound>& into, std::string_view text, const simdjson::dom::element& json, bool lossy,
                   bool expects_answers) const {
  const Reading reading = read(json, expects_answers);
  if (!decode_json_) {
    into.emplace(TextMessage{text}, &json, reading, text);
  } else if (reading.kind == Reading::Kind::reply) {
    into.emplace(UnmatchedResponse{json, text, lossy}, &json, reading, text);
  } else {
    into.emplace(JsonMessage{json, text, lossy}, &json, reading, text);
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
  auto reading = contained([&] { return dialect_or_deribit(dialect_).read(json); });
  if (reading) return *std::move(reading);
  on_throw_(reading.error().what);
  return {};
}

}  // namespace zenws::link
