// Whether a side of a kept book is what the simulated venue's own is.
#pragma once

#include <algorithm>
#include <vector>

#include <zenws/adapters/price_ladders.hpp>
#include <zenws/simulators/simulated_book.hpp>

namespace zenws::testing {

inline bool is_same(const std::vector<adapters::Level>& kept, const std::vector<simulators::SimulatedLevel>& own) {
  return std::ranges::equal(kept, own, [](const adapters::Level& a, const simulators::SimulatedLevel& b) {
    return a.price == b.price && a.amount == b.amount;
  });
}

}  // namespace zenws::testing
