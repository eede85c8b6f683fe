// `zenws demo`: the library at work, all on this machine.
#pragma once

#include <chrono>

#include "exit_codes.hpp"

namespace zenws::program {

// Exit::ok only when trades arrived, requests were answered and the connection held.
[[nodiscard]] Exit run_demo(std::chrono::milliseconds duration);

}  // namespace zenws::program
