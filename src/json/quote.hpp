// Texts as JSON strings (RFC 8259 §7), fast enough for everything on a wire, and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"

namespace zenws::json {

// Appends `text` as a JSON string. Requires: valid UTF-8.
void append_quoted(Buffer& out, std::string_view text);

// The text of a JSON string, given with its quotes. nullopt: not a JSON string, or one with half a surrogate pair.
[[nodiscard]] std::optional<std::string> unquote(std::string_view quoted);

}  // namespace zenws::json
