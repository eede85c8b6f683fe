// What may be done with an output beside writing lines to it.
#pragma once

#include <cstddef>

namespace zenws::program {

// Lines can be rewritten in their place: it is a terminal, and TERM names one that is not dumb.
[[nodiscard]] bool can_rewrite(int descriptor);
// The same, and NO_COLOR (no-color.org) is not set, or empty.
[[nodiscard]] bool can_show_colour(int descriptor);
// In columns; 80 where the terminal does not tell.
[[nodiscard]] std::size_t terminal_width(int descriptor);

}  // namespace zenws::program
