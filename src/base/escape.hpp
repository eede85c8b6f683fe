// How words from the network are shown to people: nothing in them can steer a terminal or break a line.
#pragma once

#include <string>
#include <string_view>

namespace zenws {

// `text` with control characters, line separators, direction overrides and invalid UTF-8 as escapes (\n, \x1B, \u202E).
[[nodiscard]] std::string escape_controls(std::string_view text);

}  // namespace zenws
