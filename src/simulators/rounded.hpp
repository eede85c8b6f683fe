// Amounts and prices are sums and products of decimal numbers: rounded to a hundred-millionth they stay exact.
#pragma once

#include <cmath>

namespace zenws::simulators {

[[nodiscard]] inline double rounded(double value) noexcept { return std::round(value * 1e8) / 1e8; }

}  // namespace zenws::simulators
