// The thread's JSON parser, and what a parsed text is.
#pragma once

#include <optional>
#include <string_view>

#include <zenws/request.hpp>

namespace simdjson::dom {
class element;
}

namespace zenws::json {

// The parsed value, or null when `text` is not JSON. Requires: ws::text_padding readable bytes behind `text`.
// Lives until the next parse() or give_back() on the same thread. Throws std::bad_alloc.
[[nodiscard]] const simdjson::dom::element* parse(std::string_view text);

// Of a text that parse() refused for its numbers: the value with the nearest finite doubles in their place. Null: that
// is not why. Lives as what parse() returns. Throws std::bad_alloc.
[[nodiscard]] const simdjson::dom::element* parse_lossy(std::string_view text);

// The thread's last value is no longer needed: what a large text took is given back.
void give_back() noexcept;

// The id of a reply: JSON-RPC 2.0 §5, read leniently as exchanges write it, an object with `id` (an integer of 64 bits
// or a string) and `result` or `error`, without `method`. Nullopt: no reply. Lives as long as `value`'s document.
[[nodiscard]] std::optional<RequestIdView> reply_id(const simdjson::dom::element& value) noexcept;

}  // namespace zenws::json
