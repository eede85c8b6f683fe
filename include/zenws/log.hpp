/// \file
/// Where the library's words go: nowhere, until a logger is given.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace zenws {

/// How much a line matters.
enum class LogLevel : std::uint8_t { debug, info, warning, error };
/// The level's name in lower case.
[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;

/// Receives one line without a newline. Called from any thread, one call at a time; must not call set_logger().
using Logger = std::function<void(LogLevel level, std::string_view line)>;

/// Sets the process's logger; an empty one silences the library again (the default).
///
/// Debug lines are written only by clients with Options::debug: steps of connecting, kind and size of each frame,
/// heartbeats, subscriptions, retries and closes, never a payload. A logger that throws is silenced for that line.
/// Threads: any.
void set_logger(Logger logger);

}  // namespace zenws
