// One instrument's book: who stands at which price, first come first served, and what of it has been told.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/simulators/deribit_simulator.hpp>

#include "simulators/rounded.hpp"

namespace zenws::simulators::deribit {

using Side = SimulatedSide;
[[nodiscard]] constexpr Side opposite(Side side) noexcept { return side == Side::buy ? Side::sell : Side::buy; }

class Book {
 public:
  // Somebody's part in a trade.
  struct Fill {
    std::string order;  // the one that stood there; empty: not the account's
    double price = 0;
    double amount = 0;
  };
  // What a change says of one price.
  struct Step {
    const char* action = "";  // new, change, delete
    double price = 0;
    double amount = 0;
  };
  struct Change {
    std::uint64_t id = 0;
    std::uint64_t previous = 0;
    std::vector<Step> bids;
    std::vector<Step> asks;
  };

  // Takes from the other side what stands at `limit` or better (any price without one), at most `amount`.
  std::vector<Fill> take(Side taker, std::optional<double> limit, double amount);
  // What take() would find there.
  [[nodiscard]] double available(Side taker, std::optional<double> limit) const;
  // True: take() would meet an order of the account before it has `amount`.
  [[nodiscard]] bool meets_the_account(Side taker, std::optional<double> limit, double amount) const;

  void rest(Side side, double price, std::string order, double amount);
  // The order keeps its place, with another amount; zero takes it away.
  void resize(Side side, double price, std::string_view order, double amount);

  [[nodiscard]] std::optional<double> best(Side side) const;
  // Both sides, best first, at most `depth` levels each.
  [[nodiscard]] SimulatedBook view(std::size_t depth = SIZE_MAX) const;
  // What has changed since the last call; nullopt: nothing.
  std::optional<Change> take_change();

 private:
  struct Resting {
    std::string order;
    double amount = 0;
  };
  using Level = std::deque<Resting>;
  using Levels = std::map<double, Level, std::function<bool(double, double)>>;  // best first

  [[nodiscard]] Levels& of(Side side) noexcept { return side == Side::buy ? bids_ : asks_; }
  [[nodiscard]] const Levels& of(Side side) const noexcept { return side == Side::buy ? bids_ : asks_; }
  [[nodiscard]] static double total(const Level& level);
  [[nodiscard]] static bool is_within(Side taker, double price, std::optional<double> limit);
  void take_from(Level& level, double price, double& left, std::vector<Fill>& fills);
  std::vector<Step> steps(Side side);

  Levels bids_{std::greater<double>{}};
  Levels asks_{std::less<double>{}};
  std::set<double> touched_[2];       // by side
  std::map<double, double> told_[2];  // totals as of the last change
  std::uint64_t change_id_ = 1;
};

}  // namespace zenws::simulators::deribit
