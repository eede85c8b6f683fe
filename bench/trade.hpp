// The message that everybody sends: one JSON trade of a given size.
#pragma once

#include <cstddef>
#include <string>

namespace bench {

inline constexpr std::size_t smallest_trade = 40;

// Requires: size >= smallest_trade.
[[nodiscard]] std::string make_trade(std::size_t size);

}  // namespace bench
