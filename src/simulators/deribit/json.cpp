#include "simulators/deribit/json.hpp"

#include <cmath>

namespace zenws::simulators::deribit {

namespace {

using nlohmann::json;

const char* name_of(Side side) { return side == Side::buy ? "buy" : "sell"; }

json pairs(const std::vector<SimulatedLevel>& levels) {
  json all = json::array();
  for (const SimulatedLevel& level : levels) all.push_back({level.price, level.amount});
  return all;
}

json news(const std::vector<SimulatedLevel>& levels) {
  json all = json::array();
  for (const SimulatedLevel& level : levels) all.push_back({"new", level.price, level.amount});
  return all;
}

json steps(const std::vector<Book::Step>& all_steps) {
  json all = json::array();
  for (const Book::Step& step : all_steps) all.push_back({step.action, step.price, step.amount});
  return all;
}

// null and 0 where there is none.
void write_best(json& data, const char* price, const char* amount, const std::vector<SimulatedLevel>& levels) {
  data[price] = levels.empty() ? json{} : json(levels.front().price);
  data[amount] = levels.empty() ? 0 : levels.front().amount;
}

}  // namespace

json write(const Order& order) {
  json data{{"order_id", order.id},
            {"order_state", order.state},
            {"order_type", order.type},
            {"instrument_name", order.instrument},
            {"direction", name_of(order.side)},
            {"amount", order.amount},
            {"filled_amount", order.filled},
            {"average_price", order.filled > 0 ? rounded(order.cost / order.filled) : 0},
            {"time_in_force", order.time_in_force},
            {"label", order.label},
            {"post_only", order.post_only},
            {"reduce_only", order.reduce_only},
            {"replaced", order.replaced},
            {"creation_timestamp", order.created},
            {"last_update_timestamp", order.updated},
            {"api", true},
            {"web", false}};
  data["price"] = order.type == "market" ? json("market_price") : json(order.price);
  if (order.post_only) data["reject_post_only"] = order.reject_post_only;
  if (!order.cancel_reason.empty()) data["cancel_reason"] = order.cancel_reason;
  return data;
}

json write(const Trade& trade) {
  json data{{"trade_id", std::to_string(trade.id)}, {"trade_seq", trade.id}, {"instrument_name", trade.instrument},
            {"direction", name_of(trade.side)},     {"price", trade.price},  {"amount", trade.amount},
            {"timestamp", trade.timestamp}};
  if (trade.order.empty()) return data;
  data["order_id"] = trade.order;
  data["liquidity"] = trade.maker ? "M" : "T";
  data["fee"] = 0;
  return data;
}

json write(const std::vector<Trade>& trades) {
  json all = json::array();
  for (const Trade& trade : trades) all.push_back(write(trade));
  return all;
}

json write(const Exchange::Placed& placed) {
  return {{"order", write(placed.order)}, {"trades", write(placed.trades)}};
}

json write_instrument(const Instrument& instrument) {
  const SimulatedInstrument& terms = instrument.terms;
  return {{"instrument_name", terms.name},
          {"kind", "future"},
          {"instrument_type", "reversed"},
          {"base_currency", instrument.currency},
          {"quote_currency", "USD"},
          {"counter_currency", "USD"},
          {"settlement_currency", instrument.currency},
          {"settlement_period", "perpetual"},
          {"tick_size", terms.tick_size},
          {"min_trade_amount", terms.min_trade_amount},
          {"contract_size", terms.min_trade_amount},
          {"maker_commission", 0},
          {"taker_commission", 0},
          {"max_leverage", 50},
          {"is_active", true},
          {"creation_timestamp", 1534167754000},
          {"expiration_timestamp", 32503708800000}};
}

json write_quote(const Instrument& instrument, std::int64_t milliseconds) {
  const SimulatedBook top = instrument.book.view(1);
  json data{{"instrument_name", instrument.terms.name}, {"timestamp", milliseconds}};
  write_best(data, "best_bid_price", "best_bid_amount", top.bids);
  write_best(data, "best_ask_price", "best_ask_amount", top.asks);
  return data;
}

json write_ticker(const Instrument& instrument, std::int64_t milliseconds) {
  json data = write_quote(instrument, milliseconds);
  data["state"] = "open";
  data["mark_price"] = instrument.mark_price();
  data["index_price"] = instrument.terms.index_price;
  data["last_price"] = instrument.last_price > 0 ? json(instrument.last_price) : json{};
  data["open_interest"] = std::abs(instrument.position);
  data["current_funding"] = 0;
  data["funding_8h"] = 0;
  data["stats"] = {{"high", nullptr}, {"low", nullptr}, {"volume", 0}, {"price_change", nullptr}};
  return data;
}

json write_order_book(const Instrument& instrument, std::size_t depth, std::int64_t milliseconds) {
  const SimulatedBook book = instrument.book.view(depth);
  json data = write_ticker(instrument, milliseconds);
  data["change_id"] = book.change_id;
  data["bids"] = pairs(book.bids);
  data["asks"] = pairs(book.asks);
  return data;
}

json write_snapshot(const Instrument& instrument, std::int64_t milliseconds) {
  const SimulatedBook book = instrument.book.view();
  return {{"type", "snapshot"},        {"instrument_name", instrument.terms.name},
          {"timestamp", milliseconds}, {"change_id", book.change_id},
          {"bids", news(book.bids)},   {"asks", news(book.asks)}};
}

json write_change(std::string_view instrument, const Book::Change& change, std::int64_t milliseconds) {
  return {{"type", "change"},          {"instrument_name", instrument},     {"timestamp", milliseconds},
          {"change_id", change.id},    {"prev_change_id", change.previous}, {"bids", steps(change.bids)},
          {"asks", steps(change.asks)}};
}

json write_top(const Instrument& instrument, std::size_t depth, std::int64_t milliseconds) {
  const SimulatedBook book = instrument.book.view(depth);
  return {{"instrument_name", instrument.terms.name},
          {"timestamp", milliseconds},
          {"change_id", book.change_id},
          {"bids", pairs(book.bids)},
          {"asks", pairs(book.asks)}};
}

json write_position(const Instrument& instrument) {
  const double mark = instrument.mark_price();
  const double size = instrument.position;
  const double coins = size / mark;
  const double unrealized = size == 0 ? 0 : size * (1 / instrument.average_price - 1 / mark);
  return {{"instrument_name", instrument.terms.name},
          {"kind", "future"},
          {"direction", size > 0   ? "buy"
                        : size < 0 ? "sell"
                                   : "zero"},
          {"size", size},
          {"size_currency", coins},
          {"delta", coins},
          {"average_price", instrument.average_price},
          {"mark_price", mark},
          {"index_price", instrument.terms.index_price},
          {"floating_profit_loss", unrealized},
          {"realized_profit_loss", instrument.realized},
          {"total_profit_loss", unrealized + instrument.realized},
          {"initial_margin", std::abs(coins) / 50},
          {"maintenance_margin", std::abs(coins) / 100},
          {"leverage", 50}};
}

json write_summary(std::string_view currency, const Exchange::Summary& summary) {
  const double equity = summary.balance + summary.unrealized;
  return {{"currency", currency},
          {"balance", summary.balance},
          {"equity", equity},
          {"margin_balance", equity},
          {"available_funds", equity - summary.initial_margin},
          {"available_withdrawal_funds", equity - summary.initial_margin},
          {"initial_margin", summary.initial_margin},
          {"maintenance_margin", summary.initial_margin / 2},
          {"total_pl", summary.unrealized},
          {"session_upl", summary.unrealized},
          {"delta_total", 0},
          {"margin_model", "segregated_sm"}};
}

}  // namespace zenws::simulators::deribit
