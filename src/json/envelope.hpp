// The fields by which a message tells what it is, JSON-RPC 2.0 §4 and §5, found in one pass.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <simdjson.h>

#include <zenws/request.hpp>

namespace zenws::json {

using Field = std::optional<simdjson::dom::element>;

// Keeps the first of two fields of the same name, as simdjson's own look-up does.
inline void keep_first(Field& field, const simdjson::dom::element& value) noexcept {
  if (!field) field = value;
}

// Empty for everything but an object.
struct Envelope {
  Field id;
  Field method;
  Field params;
  Field result;
  Field error;
};
// Takes one field of a message, if it is one of these. For those who look for others in the same pass.
void keep_field(Envelope& envelope, std::string_view key, const simdjson::dom::element& value) noexcept;
[[nodiscard]] Envelope read_envelope(const simdjson::dom::element& message) noexcept;

// The id of a reply; see reply_id() in parser.hpp.
[[nodiscard]] std::optional<RequestIdView> reply_id(const Envelope& envelope) noexcept;

// An integer of 64 bits or a string; nullopt for anything else.
[[nodiscard]] std::optional<RequestIdView> as_id(const Field& field) noexcept;
// Nullopt for anything but a string.
[[nodiscard]] std::optional<std::string_view> as_text(const Field& field) noexcept;

// True for an `error` that says something: venues write null, false, 0, "" or [] beside a `result`.
[[nodiscard]] bool is_refusal(const simdjson::dom::element& error) noexcept;
// True for an answer that tells of a failure.
[[nodiscard]] bool has_failed(const Envelope& answer) noexcept;

// What a server says about a refusal. Views live as long as the message.
struct Refusal {
  std::int64_t code = 0;     // 0 when it gave none
  std::string_view message;  // empty when it gave none
};
// Of an `error`: an object with `code` and `message` (Binance writes `msg`), or the bare text that some venues send.
[[nodiscard]] Refusal read_refusal(const simdjson::dom::element& error) noexcept;

}  // namespace zenws::json
