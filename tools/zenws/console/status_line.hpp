// A line on stderr that stays in its place while it changes. For terminals.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace zenws::program {

// As much of the line as fits; an ellipsis stands for the rest. Every character is one column wide.
[[nodiscard]] std::string cut_to_width(std::string_view line, std::size_t width);

// Instead of the line that was shown last, cut to the terminal's width.
void show_status(std::string_view line);
// Wipes it away: for another line, or at the end.
void clear_status();

}  // namespace zenws::program
