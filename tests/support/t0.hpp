// When tests of deciders begin: not at the clock's own zero, which a default TimePoint is.
#pragma once

#include "base/clock.hpp"

namespace zenws::test {

inline constexpr TimePoint t0{std::chrono::hours{1000}};

}  // namespace zenws::test
