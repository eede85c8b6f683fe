/// \file
/// JSON-RPC 2.0: writing requests, and telling what a message is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <zenws/error.hpp>
#include <zenws/request.hpp>

namespace simdjson::dom {
class element;
}

namespace zenws::json_rpc {

/// A request as text: `{"jsonrpc":"2.0","id":…,"method":…,"params":…}`.
///
/// `params`: a JSON object or array as text; empty = none. `id`: without one, the next of a counter of the process.
/// Errors: errc::invalid_config for an empty method, or params that are no JSON object or array. Threads: any.
Result<std::string> build_request(std::string_view method, std::string_view params = {});
/// The same with an id of the caller's.
Result<std::string> build_request(std::string_view method, std::string_view params, const RequestId& id);

/// The server carried the request out.
struct Success {
  RequestIdView id;                      ///< Which request.
  const simdjson::dom::element& result;  ///< Its value.
};
/// The server refused the request, or failed.
struct Failure {
  RequestIdView id;          ///< Which request; 0 when the server could not tell (JSON-RPC 2.0 §5).
  std::int64_t code = 0;     ///< The server's, 0 when it gave none.
  std::string_view message;  ///< The server's text.
};
/// The server says something unasked.
struct Notification {
  std::string_view method;  ///< What.
};
/// The server asks something: `method` and `id`.
struct ServerRequest {
  RequestIdView id;         ///< To be answered with.
  std::string_view method;  ///< What.
};
/// Anything else.
struct Unknown {};
/// What a message is. Views and references live as long as the message.
using Match = std::variant<Success, Failure, Notification, ServerRequest, Unknown>;

/// Sorts a parsed message (JsonMessage::json, UnmatchedResponse::json, Response::json()).
///
/// Read leniently, as exchanges write it: `jsonrpc` may be missing. Threads: any.
[[nodiscard]] Match match_response(const simdjson::dom::element& message) noexcept;

}  // namespace zenws::json_rpc
