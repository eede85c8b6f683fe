// `zenws demo`: the library at work, all on this machine.
#pragma once

#include <chrono>

#include "exit_codes.hpp"

namespace zenws::program {

// The server drops the connection twice meanwhile. Exit::ok only when trades arrived, requests were answered, the
// subscriptions were restored each time, and no trade was lost that was sent to a connected client.
[[nodiscard]] Exit run_demo(std::chrono::milliseconds duration);

}  // namespace zenws::program
