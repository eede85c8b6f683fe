#include <algorithm>

#include <zenws/adapters/price_ladders.hpp>

namespace zenws::adapters {

namespace {

template <class Side>
void set(Side& side, const Level& level) {
  if (level.amount > 0) {
    side[level.price] = level.amount;
  } else {
    side.erase(level.price);
  }
}

template <class Side>
std::optional<Level> best_of(const Side& side) {
  if (side.empty()) return std::nullopt;
  return Level{.price = side.begin()->first, .amount = side.begin()->second};
}

template <class Side>
std::vector<Level> list(const Side& side, std::size_t depth) {
  std::vector<Level> levels;
  levels.reserve(std::min(depth, side.size()));
  for (const auto& [price, amount] : side) {
    if (levels.size() == depth) break;
    levels.push_back({.price = price, .amount = amount});
  }
  return levels;
}

}  // namespace

void PriceLadders::set_bid(const Level& level) { set(bids_, level); }
void PriceLadders::set_ask(const Level& level) { set(asks_, level); }

void PriceLadders::clear() noexcept {
  bids_.clear();
  asks_.clear();
}

std::size_t PriceLadders::depth() const noexcept { return std::max(bids_.size(), asks_.size()); }

std::optional<Level> PriceLadders::best_bid() const { return best_of(bids_); }
std::optional<Level> PriceLadders::best_ask() const { return best_of(asks_); }
std::vector<Level> PriceLadders::bids(std::size_t depth) const { return list(bids_, depth); }
std::vector<Level> PriceLadders::asks(std::size_t depth) const { return list(asks_, depth); }

}  // namespace zenws::adapters
