// See binance_market.hpp. https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "Detailed
// Stream information"
#include "simulators/binance/market.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "simulators/binance/stream.hpp"
#include "simulators/rounded.hpp"

namespace zenws::simulators::binance {

using nlohmann::json;

namespace {

json write_level(double price, double quantity) { return {write_decimal(price), write_decimal(quantity)}; }

json write_side(const std::vector<SimulatedLevel>& levels) {
  json all = json::array();
  for (const SimulatedLevel& level : levels) all.push_back(write_level(level.price, level.amount));
  return all;
}

// The quantity that stands at each of the prices now, zero where there is none any more.
template <class Levels>
json write_changed(const Levels& levels, const std::set<double>& prices) {
  json all = json::array();
  for (const double price : prices) {
    const auto found = levels.find(price);
    all.push_back(write_level(price, found == levels.end() ? 0 : found->second));
  }
  return all;
}

template <class Levels>
bool set_in(Levels& levels, double price, double quantity) {
  if (quantity <= 0) return levels.erase(price) != 0;
  const auto [at, is_new] = levels.try_emplace(price, quantity);
  return is_new || std::exchange(at->second, quantity) != quantity;
}

template <class Levels>
std::vector<SimulatedLevel> list(const Levels& levels, std::size_t depth) {
  std::vector<SimulatedLevel> all;
  all.reserve(std::min(depth, levels.size()));
  for (const auto& [price, quantity] : levels) {
    if (all.size() == depth) break;
    all.push_back({price, quantity});
  }
  return all;
}

}  // namespace

std::string write_decimal(double value) { return fmt::format("{:.8f}", value); }

json write_depth(const SimulatedBook& book) {
  return {{"lastUpdateId", book.change_id}, {"bids", write_side(book.bids)}, {"asks", write_side(book.asks)}};
}

// ---- one symbol

bool Symbol::set(SimulatedSide side, double price, double quantity) {
  const double at = rounded(price);
  const bool is_bid = side == SimulatedSide::buy;
  const bool has_changed = is_bid ? set_in(bids_, at, rounded(quantity)) : set_in(asks_, at, rounded(quantity));
  if (!has_changed) return false;
  ++update_id_;
  for (Pending& pending : pending_) {
    if (pending.first == 0) pending.first = update_id_;
    (is_bid ? pending.bids : pending.asks).insert(at);
  }
  if (history_limit_ != 0) history_.push_back(book());
  if (history_.size() > history_limit_) history_.pop_front();
  return true;
}

SimulatedBook Symbol::book(std::size_t depth) const {
  return {.change_id = update_id_, .bids = list(bids_, depth), .asks = list(asks_, depth)};
}

std::optional<SimulatedBook> Symbol::book_at(std::uint64_t update_id) const {
  const auto kept = std::ranges::find(history_, update_id, &SimulatedBook::change_id);
  return kept == history_.end() ? std::nullopt : std::optional{*kept};
}

// "Individual Symbol Book Ticker Streams"
json Symbol::book_ticker() const {
  const auto best = [](const auto& side) -> std::pair<double, double> {
    if (side.empty()) return {};
    return *side.begin();
  };
  const auto [bid, bid_quantity] = best(bids_);
  const auto [ask, ask_quantity] = best(asks_);
  return {{"u", update_id_},         {"s", name_},
          {"b", write_decimal(bid)}, {"B", write_decimal(bid_quantity)},
          {"a", write_decimal(ask)}, {"A", write_decimal(ask_quantity)}};
}

// "Trade Streams", "Aggregate Trade Streams": here each trade is an aggregate of its own.
std::vector<Event> Symbol::trade(double price, double quantity, bool buyer_is_maker, std::int64_t milliseconds) {
  last_price_ = rounded(price);
  ++trade_id_;
  const std::uint64_t buyer = ++order_id_;
  const std::uint64_t seller = ++order_id_;
  json common{{"E", milliseconds},
              {"s", name_},
              {"p", write_decimal(last_price_)},
              {"q", write_decimal(rounded(quantity))},
              {"T", milliseconds},
              {"m", buyer_is_maker},
              {"M", true}};
  json single = common;
  single.update({{"e", "trade"}, {"t", trade_id_}, {"b", buyer}, {"a", seller}});
  common.update({{"e", "aggTrade"}, {"a", trade_id_}, {"f", trade_id_}, {"l", trade_id_}});
  return {{stream_name(name_, "@trade"), std::move(single)}, {stream_name(name_, "@aggTrade"), std::move(common)}};
}

// "Diff. Depth Stream"
std::optional<Event> Symbol::take_event(bool is_fast, std::int64_t milliseconds) {
  const Pending told = std::exchange(pending_[index(is_fast)], {});
  if (told.first == 0) return std::nullopt;
  std::size_t& skip = skip_[index(is_fast)];
  if (skip != 0) {
    --skip;
    return std::nullopt;
  }
  last_[index(is_fast)] = json{{"e", "depthUpdate"},
                               {"E", milliseconds},
                               {"s", name_},
                               {"U", told.first},
                               {"u", update_id_},
                               {"b", write_changed(bids_, told.bids)},
                               {"a", write_changed(asks_, told.asks)}};
  return last_event(is_fast);
}

std::optional<Event> Symbol::last_event(bool is_fast) const {
  const auto& last = last_[index(is_fast)];
  if (!last) return std::nullopt;
  return Event{stream_name(name_, is_fast ? "@depth@100ms" : "@depth"), *last};
}

void Symbol::skip_events(std::size_t count) noexcept {
  for (std::size_t& skip : skip_) skip += count;
}

json Symbol::snapshot(std::size_t limit) {
  ++snapshots_given_;
  if (stale_count_ != 0) {
    --stale_count_;
    return write_depth(*stale_);
  }
  return write_depth(book(std::min(limit, most_levels)));
}

void Symbol::make_snapshots_stale(std::size_t count) {
  stale_ = book();
  stale_count_ = count;
}

// ---- all of them

Market::Market(const BinanceSimulatorOptions& options)
    : intervals_{options.depth_interval, options.fast_depth_interval} {
  for (const std::string& name : options.symbols) symbols_.try_emplace(name, name, options.book_history);
}

Symbol* Market::find(std::string_view name) {
  const auto found = symbols_.find(name);
  return found == symbols_.end() ? nullptr : &found->second;
}

std::vector<Event> Market::set_level(std::string_view name, SimulatedSide side, double price, double quantity,
                                     const Moment& now) {
  Symbol* const symbol = find(name);
  if (symbol == nullptr) return {};
  const json before = symbol->book_ticker();
  const std::array was_pending{symbol->has_changes(false), symbol->has_changes(true)};
  if (!symbol->set(side, price, quantity)) return {};
  for (const bool is_fast : {false, true}) {
    if (!was_pending[is_fast ? 1 : 0]) due_.push_back({now.steady + intervals_[is_fast ? 1 : 0], symbol, is_fast});
  }
  std::vector<Event> events;
  json after = symbol->book_ticker();
  const auto is_same = [&](const char* field) { return before[field] == after[field]; };
  if (!is_same("b") || !is_same("B") || !is_same("a") || !is_same("A")) {
    events.push_back({stream_name(name, "@bookTicker"), std::move(after)});
  }
  std::ranges::move(tick(now), std::back_inserter(events));
  return events;
}

std::vector<Event> Market::tick(const Moment& now) {
  std::vector<Event> events;
  std::erase_if(due_, [&](const Due& due) {
    if (due.at > now.steady) return false;
    if (auto event = due.symbol->take_event(due.is_fast, now.milliseconds())) events.push_back(*std::move(event));
    return true;
  });
  return events;
}

TimePoint Market::deadline() const noexcept {
  TimePoint next = never;
  for (const Due& due : due_) next = std::min(next, due.at);
  return next;
}

}  // namespace zenws::simulators::binance
