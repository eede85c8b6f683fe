// JSON that the program writes.
#pragma once

#include <string>
#include <string_view>

namespace zenws::program {

// `text` as a JSON string, with its quotes. Nothing in it can end a <script> or begin markup: <, >, & and the line
// separators are escapes. Invalid UTF-8 is shown as escaped() does.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace zenws::program
