// How people write a time span on a command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace zenws::program {

// `10s`, `250ms`, `1.5m`, `2h`: a number and its unit, at most a year. nullopt: anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// A measured time in the unit that reads best: `87 µs`, `1.25 ms`, `3.00 s`.
[[nodiscard]] std::string show_duration(std::chrono::nanoseconds time);

}  // namespace zenws::program
