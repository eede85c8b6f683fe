// Judging JSON text that the user wants sent, by a parser of its own: the message being handled stays as it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <zenws/error.hpp>
#include <zenws/request.hpp>

namespace zenws::json {

// True for a JSON object or array. Needs no padding behind `text`. Threads: any.
[[nodiscard]] bool is_object_or_array(std::string_view text);

// The id of a whole request. Needs no padding behind `text`. Threads: any.
// Errors: invalid_config for what is no JSON object, or has no `method`, or no `id` that is an integer of 64 bits or a
// string; the detail says which.
[[nodiscard]] Result<RequestId> request_id(std::string_view text);

// The `method` of a JSON object. Needs no padding behind `text`. Threads: any.
[[nodiscard]] std::optional<std::string> method_of(std::string_view text);

}  // namespace zenws::json
