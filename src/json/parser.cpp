// See parser.hpp.
#include "json/parser.hpp"

#include <simdjson.h>

namespace zenws::json {

namespace {

// Spares the parser a pass over texts that are plainly something else ("pong", "echo: …").
bool may_be_json(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const char c = text[first];
  return c == '{' || c == '[' || c == '"' || c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n';
}

}  // namespace

const simdjson::dom::element* parse(std::string_view text) noexcept {
  if (!may_be_json(text)) return nullptr;
  thread_local simdjson::dom::parser parser;
  thread_local simdjson::dom::element value;
  const simdjson::error_code failure = parser.parse(text.data(), text.size(), false).get(value);
  return failure == simdjson::SUCCESS ? &value : nullptr;
}

bool is_response(const simdjson::dom::element& value) noexcept {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return false;
  bool has_id = false;
  bool has_answer = false;
  for (const auto field : object) {
    if (field.key == "id") has_id = !field.value.is_null();
    if (field.key == "result" || field.key == "error") has_answer = true;
    if (field.key == "method") return false;
  }
  return has_id && has_answer;
}

}  // namespace zenws::json
