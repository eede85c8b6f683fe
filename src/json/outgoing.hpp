// Judging JSON text that the user wants sent, by a parser of its own: the message being handled stays as it is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/error.hpp>
#include <zenws/request.hpp>

namespace simdjson::dom {
class element;
}

namespace zenws::json {

// True for a JSON object or array. Needs no padding behind `text`. Threads: any.
[[nodiscard]] bool is_object_or_array(std::string_view text);

// The `id` of a request, an integer of 64 bits or a string, whatever else is in it. Errors: invalid_config.
[[nodiscard]] Result<RequestIdView> id_of_request(const simdjson::dom::element& request);
// The same of a JSON-RPC 2.0 §4 request, which has a `method` too.
[[nodiscard]] Result<RequestIdView> id_of_call(const simdjson::dom::element& request);

// What `find` says of a whole request. Needs no padding behind `text`. Threads: any.
// Errors: `find`'s; invalid_config for what is no JSON object.
using FindId = std::function<Result<RequestIdView>(const simdjson::dom::element& request)>;
[[nodiscard]] Result<RequestId> request_id(std::string_view text, const FindId& find);

// The `method` of a JSON object. Needs no padding behind `text`. Threads: any.
[[nodiscard]] std::optional<std::string> method_of(std::string_view text);

}  // namespace zenws::json
