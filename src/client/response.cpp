// The answer to a request, which owns its bytes.
#include <span>
#include <variant>

#include <zenws/request.hpp>

namespace zenws {

Response::Response(std::string_view text, std::chrono::microseconds round_trip)
    : message_{OwnedMessage::Kind::json, std::as_bytes(std::span{text})}, round_trip_{round_trip} {}

const simdjson::dom::element& Response::json() { return std::get<JsonMessage>(message_.view()).json; }

}  // namespace zenws
