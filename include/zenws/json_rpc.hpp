/// \file
/// JSON-RPC 2.0: writing requests, and telling what a message is.
#pragma once

#include <cstddef>
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
/// Errors: errc::invalid_config for an empty method, a method or id that is not UTF-8, or params that are no JSON
/// object or array. Threads: any.
[[nodiscard]] Result<std::string> build_request(std::string_view method, std::string_view params = {});
/// The same with an id of the caller's.
[[nodiscard]] Result<std::string> build_request(std::string_view method, std::string_view params, const RequestId& id);

/// The server carried the request out.
struct Success {
  /// Of a request's id and the value it was answered with.
  Success(RequestIdView answered, const simdjson::dom::element& value) noexcept;
  RequestIdView id;  ///< Which request.
  /// Its value; include <zenws/json.hpp> to look into it. The reference lives as long as this object.
  [[nodiscard]] const simdjson::dom::element& result() const noexcept;

 private:
  alignas(void*) std::byte result_[2 * sizeof(void*)];  // the element, whose type is not complete here
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
/// What a message is. What it shows lives as long as the message.
using Match = std::variant<Success, Failure, Notification, ServerRequest, Unknown>;

/// Sorts a parsed message (JsonMessage::json, UnmatchedResponse::json, Response::json()).
///
/// Read leniently, as exchanges write it: `jsonrpc` may be missing, `error` may be a bare text, or null beside a
/// `result`, and its `message` may be called `msg`. Of two fields of the same name the first counts. Threads: any.
[[nodiscard]] Match match_response(const simdjson::dom::element& message) noexcept;

}  // namespace zenws::json_rpc
