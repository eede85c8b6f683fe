// What is traded: books whose updates are numbered, what of them was told on which stream, and trades.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <zenws/simulators/binance_simulator.hpp>

#include "simulators/moment.hpp"

namespace zenws::simulators::binance {

// What one stream has to tell.
struct Event {
  std::string stream;
  nlohmann::json payload;
};

// Of a book, on each side, in one snapshot.
inline constexpr std::size_t most_levels = 5000;

// One symbol. Updates count up by one from 1.
class Symbol {
 public:
  Symbol(std::string name, std::size_t history) : name_{std::move(name)}, history_limit_{history} {}

  // False: nothing has changed.
  bool set(SimulatedSide side, double price, double quantity);
  [[nodiscard]] SimulatedBook book(std::size_t depth = SIZE_MAX) const;
  [[nodiscard]] std::optional<SimulatedBook> book_at(std::uint64_t update_id) const;
  [[nodiscard]] nlohmann::json book_ticker() const;

  // trade and aggTrade.
  std::vector<Event> trade(double price, double quantity, bool buyer_is_maker, std::int64_t milliseconds);
  [[nodiscard]] double last_price() const noexcept { return last_price_; }

  // The diff. depth event of one speed; nullopt: nothing has changed, or it is skipped.
  std::optional<Event> take_event(bool is_fast, std::int64_t milliseconds);
  [[nodiscard]] bool has_changes(bool is_fast) const noexcept { return pending_[index(is_fast)].first != 0; }
  [[nodiscard]] std::optional<Event> last_event(bool is_fast) const;
  void skip_events(std::size_t count) noexcept;

  // As GET /api/v3/depth.
  nlohmann::json snapshot(std::size_t limit);
  void make_snapshots_stale(std::size_t count);
  [[nodiscard]] std::uint64_t snapshots_given() const noexcept { return snapshots_given_; }

 private:
  using Bids = std::map<double, double, std::greater<>>;
  using Asks = std::map<double, double>;
  // Updates that a speed has not told yet: since which, and of which prices.
  struct Pending {
    std::uint64_t first = 0;  // zero: none
    std::set<double> bids;
    std::set<double> asks;
  };
  [[nodiscard]] static std::size_t index(bool is_fast) noexcept { return is_fast ? 1 : 0; }

  const std::string name_;
  const std::size_t history_limit_;
  Bids bids_;
  Asks asks_;
  std::uint64_t update_id_ = 0;
  std::array<Pending, 2> pending_;  // by speed, as the next two
  std::array<std::size_t, 2> skip_{};
  std::array<std::optional<nlohmann::json>, 2> last_;
  std::deque<SimulatedBook> history_;
  std::optional<SimulatedBook> stale_;
  std::size_t stale_count_ = 0;
  std::uint64_t snapshots_given_ = 0;
  std::uint64_t trade_id_ = 0;
  std::uint64_t order_id_ = 0;
  double last_price_ = 0;
};

// All symbols, and when the depth of which is due.
class Market {
 public:
  explicit Market(const BinanceSimulatorOptions& options);

  // Null: not traded.
  [[nodiscard]] Symbol* find(std::string_view name);

  std::vector<Event> set_level(std::string_view symbol, SimulatedSide side, double price, double quantity,
                               const Moment& now);
  // The depth events that are due.
  std::vector<Event> tick(const Moment& now);
  [[nodiscard]] TimePoint deadline() const noexcept;

 private:
  struct Due {
    TimePoint at = {};
    Symbol* symbol = nullptr;
    bool is_fast = false;
  };
  const std::array<std::chrono::milliseconds, 2> intervals_;  // slow, fast
  std::map<std::string, Symbol, std::less<>> symbols_;
  std::vector<Due> due_;
};

// `{"lastUpdateId":…,"bids":[[price,quantity],…],"asks":…}`: of snapshots and partial depths.
[[nodiscard]] nlohmann::json write_depth(const SimulatedBook& book);
// Prices and quantities are text with eight decimals.
[[nodiscard]] std::string write_decimal(double value);

}  // namespace zenws::simulators::binance
