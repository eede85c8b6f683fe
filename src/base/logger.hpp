// The one place where the library speaks.
#pragma once

#include <string_view>

#include <zenws/log.hpp>

namespace zenws {

// True when a logger is set: ask before formatting a line. One relaxed load.
[[nodiscard]] bool has_logger() noexcept;
// Hands `line` to the logger, if any. What the logger throws is swallowed.
void write_log(LogLevel level, std::string_view line) noexcept;

}  // namespace zenws
