#include "simulators/deribit/book.hpp"

#include <algorithm>
#include <utility>

namespace zenws::simulators::deribit {

namespace {

std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }

}  // namespace

double Book::total(const Level& level) {
  double sum = 0;
  for (const Resting& resting : level) sum += resting.amount;
  return rounded(sum);
}

bool Book::is_within(Side taker, double price, std::optional<double> limit) {
  if (!limit) return true;
  return taker == Side::buy ? price <= *limit : price >= *limit;
}

std::vector<Book::Fill> Book::take(Side taker, std::optional<double> limit, double amount) {
  std::vector<Fill> fills;
  Levels& levels = of(opposite(taker));
  double left = amount;
  while (left > 0 && !levels.empty() && is_within(taker, levels.begin()->first, limit)) {
    const auto level = levels.begin();
    touched_[index_of(opposite(taker))].insert(level->first);
    take_from(level->second, level->first, left, fills);
    if (level->second.empty()) levels.erase(level);
  }
  return fills;
}

void Book::take_from(Level& level, double price, double& left, std::vector<Fill>& fills) {
  while (left > 0 && !level.empty()) {
    Resting& first = level.front();
    const double amount = std::min(left, first.amount);
    fills.push_back({first.order, price, amount});
    left = rounded(left - amount);
    first.amount = rounded(first.amount - amount);
    if (first.amount <= 0) level.pop_front();
  }
}

double Book::available(Side taker, std::optional<double> limit) const {
  double sum = 0;
  for (const auto& [price, level] : of(opposite(taker))) {
    if (!is_within(taker, price, limit)) break;
    sum += total(level);
  }
  return rounded(sum);
}

bool Book::meets_the_account(Side taker, std::optional<double> limit, double amount) const {
  double left = amount;
  for (const auto& [price, level] : of(opposite(taker))) {
    if (!is_within(taker, price, limit)) break;
    for (const Resting& resting : level) {
      if (left <= 0) return false;
      if (!resting.order.empty()) return true;
      left -= resting.amount;
    }
  }
  return false;
}

void Book::rest(Side side, double price, std::string order, double amount) {
  of(side)[price].push_back({std::move(order), amount});
  touched_[index_of(side)].insert(price);
}

void Book::resize(Side side, double price, std::string_view order, double amount) {
  Levels& levels = of(side);
  const auto level = levels.find(price);
  if (level == levels.end()) return;
  const auto found = std::ranges::find(level->second, order, &Resting::order);
  if (found == level->second.end()) return;
  touched_[index_of(side)].insert(price);
  found->amount = amount;
  if (amount <= 0) level->second.erase(found);
  if (level->second.empty()) levels.erase(level);
}

std::optional<double> Book::best(Side side) const {
  const Levels& levels = of(side);
  return levels.empty() ? std::nullopt : std::optional{levels.begin()->first};
}

SimulatedBook Book::view(std::size_t depth) const {
  const auto list = [depth](const Levels& levels) {
    std::vector<SimulatedLevel> all;
    for (const auto& [price, level] : levels) {
      if (all.size() == depth) break;
      all.push_back({price, total(level)});
    }
    return all;
  };
  return {.change_id = change_id_, .bids = list(bids_), .asks = list(asks_)};
}

std::optional<Book::Change> Book::take_change() {
  Change change{.id = 0, .previous = change_id_, .bids = steps(Side::buy), .asks = steps(Side::sell)};
  if (change.bids.empty() && change.asks.empty()) return std::nullopt;
  change.id = ++change_id_;
  return change;
}

std::vector<Book::Step> Book::steps(Side side) {
  std::vector<Step> all;
  std::map<double, double>& told = told_[index_of(side)];
  for (const double price : std::exchange(touched_[index_of(side)], {})) {
    const auto level = of(side).find(price);
    const double now = level == of(side).end() ? 0 : total(level->second);
    const auto before = told.find(price);
    if (now <= 0) {
      if (before == told.end()) continue;
      all.push_back({"delete", price, 0});
      told.erase(before);
    } else if (before == told.end() || before->second != now) {
      all.push_back({before == told.end() ? "new" : "change", price, now});
      told[price] = now;
    }
  }
  return all;
}

}  // namespace zenws::simulators::deribit
