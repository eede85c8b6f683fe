/// \file
/// The two sides of a book, each sorted by price: what every venue's book is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace zenws::adapters {

/// One price of a book.
struct Level {
  double price = 0;   ///< In the instrument's quote currency.
  double amount = 0;  ///< In the base currency; at Deribit in USD for perpetuals and inverse futures.
  friend bool operator==(const Level&, const Level&) = default;
};

/// Most prices that a kept book may have on one side, unless its keeper is told otherwise: more than any venue's book
/// has, and some 10 MB.
inline constexpr std::size_t default_most_levels = 100'000;

/// Bids and asks by price. A value: copyable. Threads: one at a time.
class PriceLadders {
 public:
  /// Sets what is bid at a price, in all; an amount of zero takes the price away.
  void set_bid(const Level& level);
  /// The same of the asks.
  void set_ask(const Level& level);
  /// Takes everything away.
  void clear() noexcept;

  /// How many prices there are on the side that has more.
  [[nodiscard]] std::size_t depth() const noexcept;
  /// The highest price that somebody pays. nullopt: there are no bids.
  [[nodiscard]] std::optional<Level> best_bid() const;
  /// The lowest price that somebody takes. nullopt: there are no asks.
  [[nodiscard]] std::optional<Level> best_ask() const;
  /// The bids, best first, at most `depth`.
  [[nodiscard]] std::vector<Level> bids(std::size_t depth = SIZE_MAX) const;
  /// The asks, best first, at most `depth`.
  [[nodiscard]] std::vector<Level> asks(std::size_t depth = SIZE_MAX) const;

 private:
  std::map<double, double, std::greater<>> bids_;
  std::map<double, double> asks_;
};

}  // namespace zenws::adapters
