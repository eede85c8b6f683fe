// A recording's numbers as text: a table for people, JSON for programs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "recordings/recording_summary.hpp"

namespace zenws::program {

// With `top` channels at most; the others are one row.
[[nodiscard]] std::string show_summary(std::string_view path, const RecordingSummary& summary, std::size_t top);
// One line, without its end. Times are ISO 8601, spans seconds, sizes bytes.
[[nodiscard]] std::string summary_json(std::string_view path, const RecordingSummary& summary, std::size_t top);

}  // namespace zenws::program
