#include "simulators/deribit/exchange.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace zenws::simulators::deribit {

namespace {

// https://docs.deribit.com/#public-get_instruments, `max_leverage` of the perpetuals.
constexpr double max_leverage = 50;

bool is_multiple(double value, double unit) {
  const double times = value / unit;
  return std::abs(times - std::round(times)) < 1e-6;
}

double sign_of(Side side) { return side == Side::buy ? 1 : -1; }

// Of an inverse contract: https://docs.deribit.com, profit is amount × (1/entry − 1/exit) in the currency.
double profit(double amount, double entry, double exit) {
  return entry > 0 && exit > 0 ? amount * (1 / entry - 1 / exit) : 0;
}

std::string currency_of(std::string_view instrument) {
  return std::string{instrument.substr(0, instrument.find_first_of("-_"))};
}

}  // namespace

double Instrument::mark_price() const {
  const auto bid = book.best(Side::buy);
  const auto ask = book.best(Side::sell);
  if (bid && ask) return rounded((*bid + *ask) / 2);
  return last_price > 0 ? last_price : terms.index_price;
}

Exchange::Exchange(const DeribitSimulatorOptions& options) : history_{options.book_history} {
  for (const SimulatedInstrument& terms : options.instruments) {
    Instrument& instrument = instruments_[terms.name];
    instrument.terms = terms;
    instrument.currency = currency_of(terms.name);
    balances_[instrument.currency] = options.balance;
  }
}

Instrument* Exchange::find(std::string_view instrument) {
  const auto found = instruments_.find(instrument);
  return found == instruments_.end() ? nullptr : &found->second;
}

const Instrument* Exchange::find(std::string_view instrument) const {
  const auto found = instruments_.find(instrument);
  return found == instruments_.end() ? nullptr : &found->second;
}

// An id is CURRENCY-NUMBER.
const Order* Exchange::order(std::string_view id) const {
  const std::string_view digits = id.substr(std::min(id.size(), id.find_last_of('-') + 1));
  std::uint64_t number = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc{}) return nullptr;
  const auto found = orders_.find(number);
  return found != orders_.end() && found->second.id == id ? &found->second : nullptr;
}

Order* Exchange::find_order(std::string_view id) { return const_cast<Order*>(std::as_const(*this).order(id)); }

std::vector<Event> Exchange::take_events() { return std::exchange(events_, {}); }

// ---- orders

std::optional<double> Exchange::limit_of(const Order& order) const {
  return order.type == "market" ? std::nullopt : std::optional{order.price};
}

std::optional<Refusal> Exchange::broken_rule(const Instrument& instrument, const Order& order) const {
  const SimulatedInstrument& terms = instrument.terms;
  if (order.amount <= 0 || !is_multiple(order.amount, terms.min_trade_amount)) return refusal::invalid_amount();
  if (order.type == "limit" && order.price <= 0) return refusal::invalid_params("price", "must be positive");
  if (order.type == "limit" && !is_multiple(order.price, terms.tick_size)) return refusal::price_wrong_tick();
  const double after = instrument.position + sign_of(order.side) * order.left();
  const bool reduces = std::abs(after) < std::abs(instrument.position) && after * instrument.position >= 0;
  if (order.reduce_only && !reduces) return refusal::reduce_only();
  if (instrument.book.meets_the_account(order.side, limit_of(order), order.left())) return refusal::order_overlap();
  const Summary account = summary(instrument.currency);
  const double margin = order.left() / instrument.mark_price() / max_leverage;
  const bool is_covered = account.initial_margin + margin <= account.balance + account.unrealized;
  if (!is_covered && !reduces) return refusal::not_enough_funds();
  return std::nullopt;
}

// "the price will be changed to be just below the spread", or the order is refused.
std::optional<Refusal> Exchange::make_post_only(const Instrument& instrument, Order& order) const {
  if (!order.post_only || order.type != "limit") return std::nullopt;
  if (instrument.book.available(order.side, order.price) <= 0) return std::nullopt;
  if (order.reject_post_only) return refusal::post_only_reject();
  const double best = *instrument.book.best(opposite(order.side));
  order.price = rounded(best - sign_of(order.side) * instrument.terms.tick_size);
  return std::nullopt;
}

std::expected<Exchange::Placed, Refusal> Exchange::place(Order order, const Moment& now) {
  Instrument* const instrument = find(order.instrument);
  if (instrument == nullptr) return std::unexpected{refusal::not_found()};
  if (auto refused = make_post_only(*instrument, order)) return std::unexpected{*std::move(refused)};
  if (auto refused = broken_rule(*instrument, order)) return std::unexpected{*std::move(refused)};
  const std::uint64_t number = ++last_order_;
  order.id = instrument->currency + "-" + std::to_string(number);
  order.created = order.updated = now.milliseconds();
  Order& placed = orders_[number] = std::move(order);
  const bool is_all_or_nothing = placed.time_in_force == "fill_or_kill";
  std::vector<Trade> trades;
  if (!is_all_or_nothing || instrument->book.available(placed.side, limit_of(placed)) >= placed.amount) {
    trades = match(*instrument, placed, now);
  }
  settle(*instrument, placed, now);
  return Placed{placed, std::move(trades)};
}

std::vector<Trade> Exchange::match(Instrument& instrument, Order& order, const Moment& now) {
  std::vector<Trade> trades;
  for (const Book::Fill& fill : instrument.book.take(order.side, limit_of(order), order.left())) {
    order.filled = rounded(order.filled + fill.amount);
    order.cost += fill.amount * fill.price;
    Trade trade = trade_of(instrument, order.side, fill.price, fill.amount, now);
    events_.emplace_back(Traded{trade});
    trade.order = order.id;
    hold(instrument, trade);
    events_.emplace_back(AccountTraded{trade});
    instrument.last_price = fill.price;
    trades.push_back(std::move(trade));
  }
  return trades;
}

// What is left rests, or is cancelled where it may not.
void Exchange::settle(Instrument& instrument, Order& order, const Moment& now) {
  order.updated = now.milliseconds();
  if (order.left() <= 0) {
    order.state = "filled";
  } else if (order.type == "market" || order.time_in_force == "immediate_or_cancel" ||
             order.time_in_force == "fill_or_kill") {
    order.state = "cancelled";
    order.cancel_reason = "user_request";
  } else {
    instrument.book.rest(order.side, order.price, order.id, order.left());
  }
  events_.emplace_back(OrderChanged{order});
  commit(instrument);
}

std::expected<Exchange::Placed, Refusal> Exchange::edit(std::string_view id, std::optional<double> amount,
                                                        std::optional<double> price, const Moment& now) {
  Order* const order = find_order(id);
  if (order == nullptr) return std::unexpected{refusal::order_not_found()};
  if (!order->is_open()) return std::unexpected{refusal::not_open_order()};
  Instrument& instrument = *find(order->instrument);
  Order edited = *order;
  edited.amount = amount.value_or(order->amount);
  edited.price = price.value_or(order->price);
  edited.replaced = true;
  if (edited.amount <= order->filled) return std::unexpected{refusal::invalid_amount()};
  if (auto refused = make_post_only(instrument, edited)) return std::unexpected{*std::move(refused)};
  if (auto refused = broken_rule(instrument, edited)) return std::unexpected{*std::move(refused)};
  // Less at the same price keeps its place in the queue.
  if (edited.price == order->price && edited.amount <= order->amount) {
    *order = edited;
    order->updated = now.milliseconds();
    instrument.book.resize(order->side, order->price, order->id, order->left());
    events_.emplace_back(OrderChanged{*order});
    commit(instrument);
    return Placed{*order, {}};
  }
  instrument.book.resize(order->side, order->price, order->id, 0);
  *order = edited;
  std::vector<Trade> trades = match(instrument, *order, now);
  settle(instrument, *order, now);
  return Placed{*order, std::move(trades)};
}

std::expected<Order, Refusal> Exchange::cancel(std::string_view id, const char* reason, const Moment& now) {
  Order* const order = find_order(id);
  if (order == nullptr) return std::unexpected{refusal::order_not_found()};
  if (!order->is_open()) return std::unexpected{refusal::not_open_order()};
  Instrument& instrument = *find(order->instrument);
  instrument.book.resize(order->side, order->price, order->id, 0);
  order->state = "cancelled";
  order->cancel_reason = reason;
  order->updated = now.milliseconds();
  events_.emplace_back(OrderChanged{*order});
  commit(instrument);
  return *order;
}

// ---- the others

void Exchange::set_outside(std::string_view name, Side side, double price, double amount, const Moment& now) {
  Instrument* const instrument = find(name);
  if (instrument == nullptr) return;
  instrument->book.resize(side, price, {}, 0);
  double left = amount;
  for (const Book::Fill& fill : instrument->book.take(side, price, amount)) {
    left = rounded(left - fill.amount);
    fill_maker(*instrument, fill, side, now);
  }
  if (left > 0) instrument->book.rest(side, price, {}, left);
  commit(*instrument);
}

void Exchange::fill_maker(Instrument& instrument, const Book::Fill& fill, Side taker, const Moment& now) {
  Trade trade = trade_of(instrument, taker, fill.price, fill.amount, now);
  events_.emplace_back(Traded{trade});
  instrument.last_price = fill.price;
  Order* const order = fill.order.empty() ? nullptr : find_order(fill.order);
  if (order == nullptr) return;
  order->filled = rounded(order->filled + fill.amount);
  order->cost += fill.amount * fill.price;
  order->updated = now.milliseconds();
  if (order->left() <= 0) order->state = "filled";
  trade.side = order->side;
  trade.order = order->id;
  trade.maker = true;
  hold(instrument, trade);
  events_.emplace_back(AccountTraded{trade});
  events_.emplace_back(OrderChanged{*order});
}

Trade Exchange::trade_of(const Instrument& instrument, Side side, double price, double amount, const Moment& now) {
  return {.id = ++last_trade_,
          .instrument = instrument.terms.name,
          .side = side,
          .price = price,
          .amount = amount,
          .timestamp = now.milliseconds()};
}

// ---- the account

void Exchange::hold(Instrument& instrument, const Trade& trade) {
  const double before = instrument.position;
  const double change = sign_of(trade.side) * trade.amount;
  const double after = rounded(before + change);
  if (before * change >= 0) {
    // Of inverse contracts the harmonic mean counts.
    const double coins = (before == 0 ? 0 : before / instrument.average_price) + change / trade.price;
    instrument.average_price = after / coins;
  } else {
    const double closed = std::min(std::abs(before), std::abs(change)) * (before > 0 ? 1 : -1);
    const double gain = profit(closed, instrument.average_price, trade.price);
    instrument.realized += gain;
    balances_[instrument.currency] += gain;
    if (before * after < 0) instrument.average_price = trade.price;
    if (after == 0) instrument.average_price = 0;
  }
  instrument.position = after;
}

Exchange::Summary Exchange::summary(std::string_view currency) const {
  Summary all;
  const auto balance = balances_.find(currency);
  if (balance != balances_.end()) all.balance = balance->second;
  for (const auto& [name, instrument] : instruments_) {
    if (instrument.currency != currency || instrument.position == 0) continue;
    const double mark = instrument.mark_price();
    all.unrealized += profit(instrument.position, instrument.average_price, mark);
    all.initial_margin += std::abs(instrument.position) / mark / max_leverage;
  }
  for (const auto& [number, order] : orders_) {
    if (!order.is_open() || find(order.instrument)->currency != currency) continue;
    all.initial_margin += order.left() / order.price / max_leverage;
  }
  return all;
}

void Exchange::commit(Instrument& instrument) {
  std::optional<Book::Change> change = instrument.book.take_change();
  if (!change) return;
  if (history_ != 0) {
    instrument.history.push_back(instrument.book.view());
    if (instrument.history.size() > history_) instrument.history.pop_front();
  }
  instrument.last_change = change;
  events_.emplace_back(BookChanged{instrument.terms.name, *std::move(change)});
}

}  // namespace zenws::simulators::deribit
