// Where words go: messages to stdout, everything about them to stderr.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <zenws/error.hpp>
#include <zenws/log.hpp>

namespace zenws::program {

class Signals;

// Text is gathered up to this before it is written.
inline constexpr std::size_t output_chunk = std::size_t{64} << 10U;

// What became of the text given to write_all().
enum class Written { all, interrupted, nobody_reads, failed };
// Writes to the descriptor, and waits for its reader: until `deadline`, or until `signals` ask to end.
[[nodiscard]] Written write_all(
    int descriptor, std::string_view text, const Signals& signals,
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max());

// A server's URL on stdout, for its clients. Nobody reading it is no reason not to serve. False: it cannot be written,
// which was said.
[[nodiscard]] bool tell_url(const std::string& url, const Signals& signals);

// `zenws: LINE` on stderr, in one piece. Threads: any.
void say(std::string_view line);
// An error with its explanation, the remedy and where to read more. Threads: any.
void say_error(std::string_view what_failed, const Error& error);
// The library's warnings and errors, with `debug` everything, as lines on stderr.
void log_to_stderr(LogLevel least);

}  // namespace zenws::program
