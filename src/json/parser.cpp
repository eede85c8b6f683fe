// See parser.hpp.
#include "json/parser.hpp"

#include <new>
#include <string>

#include <simdjson.h>

#include "json/beyond.hpp"
#include "json/envelope.hpp"

namespace zenws::json {

namespace {

// Spares the parser a pass over texts that are plainly something else ("pong", "echo: …").
bool may_be_json(std::string_view text) noexcept {
  if (text.starts_with('{')) return true;  // nearly all of them
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const char c = text[first];
  return c == '{' || c == '[' || c == '"' || c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n';
}

thread_local simdjson::dom::parser parser;
thread_local simdjson::dom::element parsed;

}  // namespace

const simdjson::dom::element* parse(std::string_view text) noexcept {
  if (!may_be_json(text)) return nullptr;
  const simdjson::error_code failure = parser.parse(text.data(), text.size(), false).get(parsed);
  return failure == simdjson::SUCCESS ? &parsed : nullptr;
}

const simdjson::dom::element* parse_lossy(std::string_view text) noexcept try {
  if (!may_be_json(text)) return nullptr;
  const std::optional<std::string> rewritten = with_nearest_doubles(text);
  if (!rewritten) return nullptr;
  return parser.parse(*rewritten).get(parsed) == simdjson::SUCCESS ? &parsed : nullptr;
} catch (const std::bad_alloc&) {
  return nullptr;
}

std::optional<RequestIdView> reply_id(const simdjson::dom::element& value) noexcept {
  // Most messages are notifications: the first field that says so ends the search.
  Envelope found;
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return std::nullopt;
  for (const auto field : object) {
    keep_field(found, field.key, field.value);
    if (found.method) return std::nullopt;
  }
  return reply_id(found);
}

}  // namespace zenws::json
