// JSON-RPC 2.0 as the user speaks it: requests in, the meaning of messages out.
#include <cstring>
#include <iterator>
#include <new>
#include <type_traits>

#include <fmt/format.h>

#include <zenws/json_rpc.hpp>

#include "json/envelope.hpp"
#include "json/outgoing.hpp"
#include "json/write.hpp"

namespace zenws::json_rpc {

namespace {

std::unexpected<Error> refuse(const char* why) {
  return std::unexpected{Error{errc::invalid_config, Phase::config, why}};
}

void append_id(std::string& out, const RequestId& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
  } else {
    json::append_string(out, std::get<std::string>(id));
  }
}

// A method or an id that is not UTF-8 cannot be said in JSON (RFC 8259 §8.1), and another one must not be said instead.
bool is_sayable(std::string_view method, const RequestId& id) {
  const auto* const text = std::get_if<std::string>(&id);
  return simdjson::validate_utf8(method) && (text == nullptr || simdjson::validate_utf8(*text));
}

// What a message without `method` is. `error` without an id we know still tells of a failure (JSON-RPC 2.0 §5).
Match match_answer(const json::Envelope& envelope) noexcept {
  const auto id = json::as_id(envelope.id);
  if (json::has_failed(envelope) && (id || json::is_refusal(*envelope.error))) {
    const json::Refusal refusal = json::read_refusal(*envelope.error);
    return Failure{id.value_or(RequestIdView{}), refusal.code, refusal.message};
  }
  if (id && envelope.result) return Success{*id, *envelope.result};
  return Unknown{};
}

using simdjson::dom::element;
static_assert(sizeof(element) == sizeof(Success) - sizeof(RequestIdView) && alignof(element) == alignof(void*));
static_assert(std::is_trivially_copyable_v<element> && std::is_trivially_copyable_v<Success>);

}  // namespace

Success::Success(RequestIdView answered, const element& value) noexcept : id{answered} {
  std::memcpy(result_, &value, sizeof(element));
}

const element& Success::result() const noexcept { return *std::launder(reinterpret_cast<const element*>(result_)); }

Result<std::string> build_request(std::string_view method, std::string_view params) {
  return build_request(method, params, RequestId{json::next_request_id()});
}

Result<std::string> build_request(std::string_view method, std::string_view params, const RequestId& id) {
  if (method.empty()) return refuse("A request needs a method");
  if (!is_sayable(method, id)) return refuse("Method and id of a request must be UTF-8");
  if (!params.empty() && !json::is_object_or_array(params)) return refuse("Params must be a JSON object or array");
  std::string text = R"({"jsonrpc":"2.0","id":)";
  text.reserve(text.size() + method.size() + params.size() + 64);
  append_id(text, id);
  text += R"(,"method":)";
  json::append_string(text, method);
  if (!params.empty()) {
    text += R"(,"params":)";
    text += params;
  }
  text += '}';
  return text;
}

Match match_response(const element& message) noexcept {
  const json::Envelope envelope = json::read_envelope(message);
  if (!envelope.method) return match_answer(envelope);
  const auto method = json::as_text(envelope.method);
  if (!method) return Unknown{};
  if (!envelope.id) return Notification{*method};
  if (const auto id = json::as_id(envelope.id)) return ServerRequest{*id, *method};
  return Unknown{};
}

}  // namespace zenws::json_rpc
