// How much longer than close_timeout is waited for a close: for a loop that is busy.
#pragma once

#include <chrono>

namespace zenws::client {

inline constexpr std::chrono::milliseconds close_grace{1000};

}  // namespace zenws::client
