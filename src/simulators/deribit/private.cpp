// The private methods. Who may call them was asked before.
#include <utility>

#include "simulators/deribit/json.hpp"
#include "simulators/deribit/venue.hpp"

namespace zenws::simulators::deribit {

namespace {

using nlohmann::json;

Answer written(const std::expected<Exchange::Placed, Refusal>& placed) {
  if (!placed) return std::unexpected{placed.error()};
  return write(*placed);
}

bool is_wanted(const std::string& currency, const std::optional<std::string>& asked) {
  return !asked || *asked == "any" || *asked == currency;
}

}  // namespace

// ---- orders: https://docs.deribit.com/#private-buy, #private-sell, #private-edit, #private-cancel

Answer Venue::buy(const Call& call) { return place(call, Side::buy); }
Answer Venue::sell(const Call& call) { return place(call, Side::sell); }

Answer Venue::place(const Call& call, Side side) {
  const Params& params = call.params;
  const auto amount = params.number("amount");
  if (!params.text("instrument_name")) return std::unexpected{refusal::invalid_params("instrument_name", "missing")};
  if (!amount) return std::unexpected{refusal::invalid_params("amount", "missing")};
  Order order{.instrument = *params.text("instrument_name"),
              .side = side,
              .type = params.text_or("type", "limit"),
              .amount = *amount,
              .label = params.text_or("label", {}),
              .time_in_force = params.text_or("time_in_force", "good_til_cancelled"),
              .post_only = params.flag("post_only"),
              .reject_post_only = params.flag("reject_post_only"),
              .reduce_only = params.flag("reduce_only"),
              .connection = call.connection};
  if (order.type != "limit" && order.type != "market") return std::unexpected{refusal::not_implemented()};
  if (order.label.size() > 64) return std::unexpected{refusal::invalid_params("label", "at most 64 characters")};
  if (order.type == "limit") {
    const auto price = params.number("price");
    if (!price) return std::unexpected{refusal::invalid_params("price", "missing")};
    order.price = *price;
  }
  return written(exchange_.place(std::move(order), call.now));
}

Answer Venue::edit(const Call& call) {
  const auto id = call.params.text("order_id");
  if (!id) return std::unexpected{refusal::invalid_params("order_id", "missing")};
  return written(exchange_.edit(*id, call.params.number("amount"), call.params.number("price"), call.now));
}

Answer Venue::cancel(const Call& call) {
  const auto id = call.params.text("order_id");
  if (!id) return std::unexpected{refusal::invalid_params("order_id", "missing")};
  const auto cancelled = exchange_.cancel(*id, "user_request", call.now);
  if (!cancelled) return std::unexpected{cancelled.error()};
  return write(*cancelled);
}

// https://docs.deribit.com/#private-cancel_all
Answer Venue::cancel_all(const Call& call) {
  std::vector<std::string> open;
  for (const auto& [number, order] : exchange_.orders()) {
    if (order.is_open()) open.push_back(order.id);
  }
  for (const std::string& id : open) (void)exchange_.cancel(id, "user_request", call.now);
  return open.size();
}

// https://docs.deribit.com/#private-get_order_state
Answer Venue::get_order_state(const Call& call) {
  const Order* const order = exchange_.order(call.params.text_or("order_id", {}));
  if (order == nullptr) return std::unexpected{refusal::order_not_found()};
  return write(*order);
}

// https://docs.deribit.com/#private-get_open_orders
Answer Venue::get_open_orders(const Call& /*call*/) {
  json all = json::array();
  for (const auto& [number, order] : exchange_.orders()) {
    if (order.is_open()) all.push_back(write(order));
  }
  return all;
}

// ---- the account

// https://docs.deribit.com/#private-get_positions
Answer Venue::get_positions(const Call& call) {
  const auto currency = call.params.text("currency");
  json all = json::array();
  for (const auto& [name, instrument] : exchange_.instruments()) {
    if (instrument.position != 0 && is_wanted(instrument.currency, currency)) all.push_back(write_position(instrument));
  }
  return all;
}

// https://docs.deribit.com/#private-get_account_summary
Answer Venue::get_account_summary(const Call& call) {
  const auto currency = call.params.text("currency");
  if (!currency) return std::unexpected{refusal::invalid_params("currency", "missing")};
  return write_summary(*currency, exchange_.summary(*currency));
}

// ---- the session

// https://docs.deribit.com/#private-enable_cancel_on_disconnect
Answer Venue::enable_cancel_on_disconnect(const Call& call) { return set_cancel_on_disconnect(call, true); }
// https://docs.deribit.com/#private-disable_cancel_on_disconnect
Answer Venue::disable_cancel_on_disconnect(const Call& call) { return set_cancel_on_disconnect(call, false); }

// Of the account: "every newly opened connection will start with active Cancel on Disconnect".
Answer Venue::set_cancel_on_disconnect(const Call& call, bool enabled) {
  const std::string scope = call.params.text_or("scope", "connection");
  if (scope != "connection" && scope != "account") {
    return std::unexpected{refusal::invalid_params("scope", "must be one of connection, account")};
  }
  (scope == "account" ? account_cancels_on_disconnect_ : call.session.cancels_on_disconnect) = enabled;
  return "ok";
}

// https://docs.deribit.com/#private-get_cancel_on_disconnect
Answer Venue::get_cancel_on_disconnect(const Call& call) {
  const std::string scope = call.params.text_or("scope", "connection");
  if (scope != "connection" && scope != "account") {
    return std::unexpected{refusal::invalid_params("scope", "must be one of connection, account")};
  }
  return json{{"scope", scope},
              {"enabled", scope == "account" ? account_cancels_on_disconnect_ : call.session.cancels_on_disconnect}};
}

// https://docs.deribit.com/#private-logout: "cancel-on-disconnect will not be triggered".
Answer Venue::logout(const Call& call) {
  call.session.left = true;
  output_.disconnect.push_back({.connection = call.connection});
  return "ok";
}

}  // namespace zenws::simulators::deribit
