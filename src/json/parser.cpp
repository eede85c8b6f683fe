#include "json/parser.hpp"

#include <cstddef>
#include <memory>
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

// A parser needs up to 13 times the text's size, and keeps it. That of a larger text has a parser of its own, which
// lives as long as its value is needed.
constexpr std::size_t largest_kept = std::size_t{1} << 20U;

thread_local simdjson::dom::parser parser{largest_kept};
thread_local std::unique_ptr<simdjson::dom::parser> large_parser;
thread_local simdjson::dom::element parsed;

const simdjson::dom::element* parse_by(simdjson::dom::parser& by, std::string_view text) {
  const simdjson::error_code failure = by.parse(text.data(), text.size(), false).get(parsed);
  if (failure == simdjson::MEMALLOC) throw std::bad_alloc{};
  return failure == simdjson::SUCCESS ? &parsed : nullptr;
}

const simdjson::dom::element* parse_large(std::string_view text) {
  large_parser.reset();
  large_parser = std::make_unique<simdjson::dom::parser>();
  return parse_by(*large_parser, text);
}

}  // namespace

const simdjson::dom::element* parse(std::string_view text) {
  if (!may_be_json(text)) return nullptr;
  const simdjson::error_code failure = parser.parse(text.data(), text.size(), false).get(parsed);
  if (failure == simdjson::SUCCESS) return &parsed;
  if (failure == simdjson::CAPACITY) return parse_large(text);
  if (failure != simdjson::MEMALLOC) return nullptr;
  parser = simdjson::dom::parser{largest_kept};  // simdjson's has half of what it needs, and would use it
  throw std::bad_alloc{};
}

const simdjson::dom::element* parse_lossy(std::string_view text) {
  if (!may_be_json(text)) return nullptr;
  std::optional<std::string> rewritten = with_nearest_doubles(text);
  if (!rewritten) return nullptr;
  const std::size_t size = rewritten->size();
  rewritten->append(simdjson::SIMDJSON_PADDING, ' ');
  return parse_large(std::string_view{*rewritten}.substr(0, size));
}

void give_back() noexcept { large_parser.reset(); }

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
