// The thread's one JSON parser, and what a parsed text is.
#pragma once

#include <string_view>

namespace simdjson::dom {
class element;
}

namespace zenws::json {

// The parsed value, or null when `text` is not JSON. Requires: ws::text_padding readable bytes behind `text`.
// Lives until the next parse() on the same thread.
[[nodiscard]] const simdjson::dom::element* parse(std::string_view text) noexcept;

// JSON-RPC 2.0 §5, read leniently as exchanges write it: an object with `id` and `result` or `error`, without `method`.
[[nodiscard]] bool is_response(const simdjson::dom::element& value) noexcept;

}  // namespace zenws::json
