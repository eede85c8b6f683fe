// Calls about orders, the account and the session.
#include <string>

#include <zenws/adapters/deribit_calls.hpp>

#include "adapters/fields.hpp"
#include "adapters/write.hpp"

namespace zenws::adapters::deribit {

namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;

const char* name_of(TimeInForce time_in_force) {
  switch (time_in_force) {
    case TimeInForce::good_til_cancelled:
      return "good_til_cancelled";
    case TimeInForce::good_til_day:
      return "good_til_day";
    case TimeInForce::fill_or_kill:
      return "fill_or_kill";
    case TimeInForce::immediate_or_cancel:
      return "immediate_or_cancel";
  }
  return "";
}

const char* name_of(Scope scope) { return scope == Scope::account ? "account" : "connection"; }

Direction read_direction(const Fields& fields) {
  return fields.text("direction") == "sell" ? Direction::sell : Direction::buy;
}

Result<Order> read_order(const element& object) {
  const Fields fields{object};
  Order order{.order_id = fields.text("order_id"),
              .instrument_name = fields.text("instrument_name"),
              .direction = read_direction(fields),
              .order_type = fields.text("order_type"),
              .order_state = fields.text("order_state"),
              .cancel_reason = fields.text("cancel_reason"),
              .price = fields.number("price"),
              .amount = fields.number_or_zero("amount"),
              .filled_amount = fields.number_or_zero("filled_amount"),
              .average_price = fields.number_or_zero("average_price"),
              .label = fields.text("label"),
              .creation_timestamp = fields.integer("creation_timestamp"),
              .last_update_timestamp = fields.integer("last_update_timestamp")};
  if (order.order_id.empty() || order.order_state.empty()) return not_the_answer("an order's id and state");
  return order;
}

Result<std::vector<Order>> read_orders(const element& result) { return read_list(result, &read_order); }

Result<Trade> read_trade(const element& object) {
  const Fields fields{object};
  Trade trade{.trade_id = fields.text("trade_id"),
              .order_id = fields.text("order_id"),
              .instrument_name = fields.text("instrument_name"),
              .direction = read_direction(fields),
              .price = fields.number_or_zero("price"),
              .amount = fields.number_or_zero("amount"),
              .fee = fields.number_or_zero("fee"),
              .timestamp = fields.integer("timestamp")};
  if (trade.trade_id.empty()) return not_the_answer("a trade's id");
  return trade;
}

Result<Placed> read_placed(const element& result) {
  const Fields fields{result};
  const auto order = fields.field("order");
  if (!order) return not_the_answer("an order");
  auto placed = read_order(*order);
  if (!placed) return std::unexpected{std::move(placed).error()};
  const auto list = fields.field("trades");
  auto trades = list ? read_list(*list, &read_trade) : Result<std::vector<Trade>>{};
  if (!trades) return std::unexpected{std::move(trades).error()};
  return Placed{.order = *std::move(placed), .trades = *std::move(trades)};
}

Result<std::size_t> read_count(const element& result) {
  std::uint64_t count = 0;
  if (result.get(count) != SUCCESS) return not_the_answer("a number");
  return count;
}

Result<Position> read_position(const element& object) {
  const Fields fields{object};
  Position position{.instrument_name = fields.text("instrument_name"),
                    .direction = fields.text("direction"),
                    .size = fields.number_or_zero("size"),
                    .average_price = fields.number_or_zero("average_price"),
                    .mark_price = fields.number_or_zero("mark_price"),
                    .floating_profit_loss = fields.number_or_zero("floating_profit_loss"),
                    .realized_profit_loss = fields.number_or_zero("realized_profit_loss"),
                    .initial_margin = fields.number_or_zero("initial_margin"),
                    .maintenance_margin = fields.number_or_zero("maintenance_margin")};
  if (position.instrument_name.empty()) return not_the_answer("an instrument's name");
  return position;
}

Result<std::vector<Position>> read_positions(const element& result) { return read_list(result, &read_position); }

Result<AccountSummary> read_summary(const element& result) {
  const Fields fields{result};
  AccountSummary summary{.currency = fields.text("currency"),
                         .balance = fields.number_or_zero("balance"),
                         .equity = fields.number_or_zero("equity"),
                         .available_funds = fields.number_or_zero("available_funds"),
                         .initial_margin = fields.number_or_zero("initial_margin"),
                         .maintenance_margin = fields.number_or_zero("maintenance_margin"),
                         .total_pl = fields.number_or_zero("total_pl")};
  if (summary.currency.empty()) return not_the_answer("a currency");
  return summary;
}

Result<std::string> read_ok(const element& result) {
  std::string_view text;
  if (result.get(text) != SUCCESS) return not_the_answer("an ok");
  return std::string{text};
}

Result<CancelOnDisconnect> read_cancel_on_disconnect(const element& result) {
  const Fields fields{result};
  if (!fields.field("enabled")) return not_the_answer("a word on cancel-on-disconnect");
  return CancelOnDisconnect{.scope = fields.text("scope") == "account" ? Scope::account : Scope::connection,
                            .enabled = fields.flag("enabled")};
}

Call<Placed> place(const char* method, const OrderRequest& order) {
  nlohmann::json params{{"instrument_name", order.instrument_name},
                        {"amount", order.amount},
                        {"type", order.price ? "limit" : "market"},
                        {"time_in_force", name_of(order.time_in_force)}};
  if (order.price) params["price"] = *order.price;
  if (!order.label.empty()) params["label"] = order.label;
  if (order.post_only) params["post_only"] = true;
  if (order.reject_post_only) params["reject_post_only"] = true;
  if (order.reduce_only) params["reduce_only"] = true;
  return {.method = method, .params = write(params), .read = &read_placed};
}

std::string only(const char* name, std::string_view value) { return write({{name, value}}); }

}  // namespace

Call<Placed> buy(const OrderRequest& order) { return place("private/buy", order); }
Call<Placed> sell(const OrderRequest& order) { return place("private/sell", order); }

Call<Placed> edit(std::string_view order_id, double amount, double price) {
  return {.method = "private/edit",
          .params = write({{"order_id", order_id}, {"amount", amount}, {"price", price}}),
          .read = &read_placed};
}

Call<Order> cancel(std::string_view order_id) {
  return {.method = "private/cancel", .params = only("order_id", order_id), .read = &read_order};
}

Call<std::size_t> cancel_all() { return {.method = "private/cancel_all", .params = "{}", .read = &read_count}; }

Call<Order> get_order_state(std::string_view order_id) {
  return {.method = "private/get_order_state", .params = only("order_id", order_id), .read = &read_order};
}

Call<std::vector<Order>> get_open_orders() {
  return {.method = "private/get_open_orders", .params = "{}", .read = &read_orders};
}

Call<std::vector<Position>> get_positions(std::string_view currency) {
  return {.method = "private/get_positions", .params = only("currency", currency), .read = &read_positions};
}

Call<AccountSummary> get_account_summary(std::string_view currency) {
  return {.method = "private/get_account_summary", .params = only("currency", currency), .read = &read_summary};
}

Call<std::string> enable_cancel_on_disconnect(Scope scope) {
  return {.method = "private/enable_cancel_on_disconnect", .params = only("scope", name_of(scope)), .read = &read_ok};
}

Call<std::string> disable_cancel_on_disconnect(Scope scope) {
  return {.method = "private/disable_cancel_on_disconnect", .params = only("scope", name_of(scope)), .read = &read_ok};
}

Call<CancelOnDisconnect> get_cancel_on_disconnect(Scope scope) {
  return {.method = "private/get_cancel_on_disconnect",
          .params = only("scope", name_of(scope)),
          .read = &read_cancel_on_disconnect};
}

}  // namespace zenws::adapters::deribit
