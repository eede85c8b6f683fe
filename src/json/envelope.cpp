#include "json/envelope.hpp"

namespace zenws::json {

void keep_field(Envelope& envelope, std::string_view key, const simdjson::dom::element& value) noexcept {
  if (key == "id") {
    keep_first(envelope.id, value);
  } else if (key == "method") {
    keep_first(envelope.method, value);
  } else if (key == "params") {
    keep_first(envelope.params, value);
  } else if (key == "result") {
    keep_first(envelope.result, value);
  } else if (key == "error") {
    keep_first(envelope.error, value);
  }
}

Envelope read_envelope(const simdjson::dom::element& message) noexcept {
  Envelope found;
  simdjson::dom::object object;
  if (message.get(object) != simdjson::SUCCESS) return found;
  for (const auto field : object) keep_field(found, field.key, field.value);
  return found;
}

std::optional<RequestIdView> reply_id(const Envelope& envelope) noexcept {
  if (envelope.method || (!envelope.result && !envelope.error)) return std::nullopt;
  return as_id(envelope.id);
}

std::optional<RequestIdView> as_id(const Field& field) noexcept {
  if (!field) return std::nullopt;
  std::int64_t number = 0;
  if (field->get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (field->get(text) == simdjson::SUCCESS) return text;
  return std::nullopt;
}

std::optional<std::string_view> as_text(const Field& field) noexcept {
  std::string_view text;
  if (!field || field->get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

bool is_refusal(const simdjson::dom::element& error) noexcept {
  if (error.is_null()) return false;
  if (bool told = false; error.get(told) == simdjson::SUCCESS) return told;
  if (std::int64_t code = 0; error.get(code) == simdjson::SUCCESS) return code != 0;
  if (std::string_view text; error.get(text) == simdjson::SUCCESS) return !text.empty();
  if (simdjson::dom::array list; error.get(list) == simdjson::SUCCESS) return list.begin() != list.end();
  return true;
}

bool has_failed(const Envelope& answer) noexcept {
  return answer.error && (is_refusal(*answer.error) || !answer.result);
}

Refusal read_refusal(const simdjson::dom::element& error) noexcept {
  Refusal refusal;
  if (error.get(refusal.message) == simdjson::SUCCESS) return refusal;
  simdjson::dom::object object;
  if (error.get(object) != simdjson::SUCCESS) return refusal;
  Field code;
  Field message;
  for (const auto field : object) {
    if (field.key == "code") keep_first(code, field.value);
    if (field.key == "message" || field.key == "msg") keep_first(message, field.value);
  }
  if (code && code->get(refusal.code) != simdjson::SUCCESS) refusal.code = 0;
  refusal.message = as_text(message).value_or(std::string_view{});
  return refusal;
}

}  // namespace zenws::json
