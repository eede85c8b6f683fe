// The public methods, and the table of all.
#include <chrono>
#include <cmath>
#include <utility>

#include "simulators/deribit/json.hpp"
#include "simulators/deribit/venue.hpp"

namespace zenws::simulators::deribit {

namespace {

using nlohmann::json;

// https://docs.deribit.com/#public-set_heartbeat: "The heartbeat interval in seconds, but not less than 10".
constexpr double shortest_heartbeat = 10;

}  // namespace

const std::map<std::string_view, Venue::Method>& Venue::methods() {
  static const std::map<std::string_view, Method> all{
      {"public/auth", &Venue::auth},
      {"public/set_heartbeat", &Venue::set_heartbeat},
      {"public/disable_heartbeat", &Venue::disable_heartbeat},
      {"public/test", &Venue::test},
      {"public/hello", &Venue::test},
      {"public/get_time", &Venue::get_time},
      {"public/get_instruments", &Venue::get_instruments},
      {"public/ticker", &Venue::ticker},
      {"public/get_order_book", &Venue::get_order_book},
      {"public/subscribe", &Venue::public_subscribe},
      {"public/unsubscribe", &Venue::unsubscribe},
      {"public/unsubscribe_all", &Venue::unsubscribe_all},
      {"private/subscribe", &Venue::private_subscribe},
      {"private/unsubscribe", &Venue::unsubscribe},
      {"private/unsubscribe_all", &Venue::unsubscribe_all},
      {"private/buy", &Venue::buy},
      {"private/sell", &Venue::sell},
      {"private/edit", &Venue::edit},
      {"private/cancel", &Venue::cancel},
      {"private/cancel_all", &Venue::cancel_all},
      {"private/get_order_state", &Venue::get_order_state},
      {"private/get_open_orders", &Venue::get_open_orders},
      {"private/get_positions", &Venue::get_positions},
      {"private/get_account_summary", &Venue::get_account_summary},
      {"private/enable_cancel_on_disconnect", &Venue::enable_cancel_on_disconnect},
      {"private/disable_cancel_on_disconnect", &Venue::disable_cancel_on_disconnect},
      {"private/get_cancel_on_disconnect", &Venue::get_cancel_on_disconnect},
      {"private/logout", &Venue::logout},
  };
  return all;
}

// https://docs.deribit.com/#public-auth
Answer Venue::auth(const Call& call) { return login_.grant(call.params, call.connection, call.now); }

Answer Venue::set_heartbeat(const Call& call) {
  const auto interval = call.params.number("interval");
  if (!interval || *interval < shortest_heartbeat) {
    return std::unexpected{refusal::invalid_params("interval", "value must be at least 10")};
  }
  const std::chrono::duration<double, std::milli> lasts{*interval *
                                                        static_cast<double>(options_.heartbeat_second.count())};
  const auto rounded_up = std::chrono::ceil<std::chrono::milliseconds>(bounded(lasts));
  call.session.heartbeat = Heartbeat{.interval = rounded_up, .next = call.now.steady + rounded_up};
  return "ok";
}

// https://docs.deribit.com/#public-disable_heartbeat
Answer Venue::disable_heartbeat(const Call& call) {
  call.session.heartbeat.reset();
  return "ok";
}

// https://docs.deribit.com/#public-test
Answer Venue::test(const Call& call) {
  if (call.session.heartbeat) call.session.heartbeat->asked = false;
  return json{{"version", "1.2.26"}};
}

// https://docs.deribit.com/#public-get_time
Answer Venue::get_time(const Call& call) { return call.now.milliseconds(); }

// https://docs.deribit.com/#public-get_instruments
Answer Venue::get_instruments(const Call& call) {
  const auto currency = call.params.text("currency");
  if (!currency) return std::unexpected{refusal::invalid_params("currency", "missing")};
  const bool is_of_kind = call.params.text_or("kind", "future") == "future" && !call.params.flag("expired");
  json all = json::array();
  for (const auto& [name, instrument] : exchange_.instruments()) {
    if (is_of_kind && (*currency == "any" || *currency == instrument.currency)) {
      all.push_back(write_instrument(instrument));
    }
  }
  return all;
}

// https://docs.deribit.com/#public-ticker
Answer Venue::ticker(const Call& call) {
  const Instrument* const instrument = exchange_.find(call.params.text_or("instrument_name", {}));
  if (instrument == nullptr) return std::unexpected{refusal::not_found()};
  return write_ticker(*instrument, call.now.milliseconds());
}

// https://docs.deribit.com/#public-get_order_book
Answer Venue::get_order_book(const Call& call) {
  const Instrument* const instrument = exchange_.find(call.params.text_or("instrument_name", {}));
  if (instrument == nullptr) return std::unexpected{refusal::not_found()};
  const double depth = call.params.number("depth").value_or(20);
  if (depth < 1 || depth > 10'000) return std::unexpected{refusal::invalid_params("depth", "must be 1 to 10000")};
  return write_order_book(*instrument, static_cast<std::size_t>(depth), call.now.milliseconds());
}

}  // namespace zenws::simulators::deribit
