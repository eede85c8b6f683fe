// What the end of a connection means for the caller.
#pragma once

#include <zenws/error.hpp>

#include "exit_codes.hpp"

namespace zenws::program {

// `was_open`: the connection had been open before `end` ended it.
[[nodiscard]] Exit exit_of(const Error& end, bool was_open);

}  // namespace zenws::program
