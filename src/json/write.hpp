// Writing JSON: texts with their escapes, the frame of a request, and the ids that the library gives.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace zenws::json {

// The next of the process's one counter, from 1. Threads: any.
[[nodiscard]] std::int64_t next_request_id() noexcept;

// Appends `text` as a JSON string. What is not UTF-8 in it becomes U+FFFD.
void append_string(std::string& out, std::string_view text);

}  // namespace zenws::json
