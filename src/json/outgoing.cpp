#include "json/outgoing.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include <simdjson.h>

#include "json/beyond.hpp"
#include "json/envelope.hpp"

namespace zenws::json {

namespace {

// What a thread keeps for the next text; a larger one has its own parser, so that no thread holds on to much.
constexpr std::size_t kept_size = std::size_t{64} << 10U;

// What a parser refuses may be JSON all the same (RFC 8259): its numbers, half surrogate pairs and depth are made such
// as it holds.
simdjson::simdjson_result<simdjson::dom::element> parse_beyond(simdjson::dom::parser& parser, std::string_view text) {
  const std::string whole = with_whole_surrogates(text);
  const std::string fitting = with_nearest_doubles(whole).value_or(whole);
  const auto opens = std::ranges::count_if(fitting, [](char c) { return c == '{' || c == '['; });
  if (const auto failure = parser.allocate(fitting.size(), static_cast<std::size_t>(opens) + 2)) return failure;
  return parser.parse(fitting);
}

// Calls `look` with the parsed text, or with null. simdjson copies the text to a padded buffer of the parser's.
template <class Look>
auto with_parsed(std::string_view text, Look look) {
  if (text.empty()) return look(nullptr);
  const auto parse_by = [&](simdjson::dom::parser& parser) {
    simdjson::dom::element value;
    const simdjson::error_code failure = parser.parse(text).get(value);
    if (failure == simdjson::SUCCESS) return look(&value);
    if (failure == simdjson::MEMALLOC)
      parser = simdjson::dom::parser{};  // it has half of what it needs, and would use it
    simdjson::dom::parser patient;
    return look(parse_beyond(patient, text).get(value) == simdjson::SUCCESS ? &value : nullptr);
  };
  if (text.size() <= kept_size) {
    thread_local simdjson::dom::parser kept;
    return parse_by(kept);
  }
  simdjson::dom::parser once;
  return parse_by(once);
}

std::unexpected<Error> refuse(const char* why) {
  return std::unexpected{Error{errc::invalid_config, Phase::config, why}};
}

RequestId own(RequestIdView id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return *number;
  return std::string{std::get<std::string_view>(id)};
}

Result<RequestIdView> id_in(const Envelope& envelope) {
  const auto id = as_id(envelope.id);
  if (!id) return refuse("The request has no usable `id`: an integer of 64 bits or a string");
  return *id;
}

}  // namespace

bool is_object_or_array(std::string_view text) {
  return with_parsed(text, [](const simdjson::dom::element* value) {
    return value != nullptr && (value->is_object() || value->is_array());
  });
}

Result<RequestIdView> id_of_request(const simdjson::dom::element& request) { return id_in(read_envelope(request)); }

Result<RequestIdView> id_of_call(const simdjson::dom::element& request) {
  const Envelope envelope = read_envelope(request);
  if (!as_text(envelope.method)) return refuse("The request has no `method`");
  return id_in(envelope);
}

Result<RequestId> request_id(std::string_view text, const FindId& find) {
  return with_parsed(text, [&find](const simdjson::dom::element* request) -> Result<RequestId> {
    if (request == nullptr) return refuse("The request is not JSON");
    if (!request->is_object()) return refuse("The request is not a JSON object");
    const Result<RequestIdView> id = find(*request);
    if (!id) return std::unexpected{id.error()};
    return own(*id);
  });
}

std::optional<std::string> method_of(std::string_view text) {
  return with_parsed(text, [](const simdjson::dom::element* value) -> std::optional<std::string> {
    if (value == nullptr) return std::nullopt;
    const auto method = as_text(read_envelope(*value).method);
    return method ? std::optional{std::string{*method}} : std::nullopt;
  });
}

}  // namespace zenws::json
