/// \file
/// Books as the simulated venues know them, to compare one's own with.
#pragma once

#include <cstdint>
#include <vector>

namespace zenws::simulators {

/// A side of a book.
enum class SimulatedSide : std::uint8_t { buy, sell };

/// One price of a book.
struct SimulatedLevel {
  double price = 0;   ///< In the quote currency.
  double amount = 0;  ///< Of all who stand there: at Deribit in USD, at Binance in the base asset.
  friend bool operator==(const SimulatedLevel&, const SimulatedLevel&) = default;
};
/// A simulator's own book at one moment.
struct SimulatedBook {
  std::uint64_t change_id = 0;            ///< Of its last change: Deribit's `change_id`, Binance's `lastUpdateId`.
  std::vector<SimulatedLevel> bids = {};  ///< Best first.
  std::vector<SimulatedLevel> asks = {};  ///< Best first.
  friend bool operator==(const SimulatedBook&, const SimulatedBook&) = default;
};

}  // namespace zenws::simulators
