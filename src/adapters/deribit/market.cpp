// Calls about the market and the server.
#include <string>

#include <zenws/adapters/deribit_calls.hpp>

#include "adapters/fields.hpp"
#include "adapters/write.hpp"

namespace zenws::adapters::deribit {

namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;

Result<Timestamp> read_time(const element& result) {
  Timestamp time = 0;
  if (result.get(time) != SUCCESS) return not_the_answer("a time");
  return time;
}

Result<std::string> read_version(const element& result) {
  std::string version = Fields{result}.text("version");
  if (version.empty()) return not_the_answer("a version");
  return version;
}

Result<Instrument> read_instrument(const element& object) {
  const Fields fields{object};
  Instrument instrument{.instrument_name = fields.text("instrument_name"),
                        .kind = fields.text("kind"),
                        .base_currency = fields.text("base_currency"),
                        .quote_currency = fields.text("quote_currency"),
                        .settlement_currency = fields.text("settlement_currency"),
                        .tick_size = fields.number_or_zero("tick_size"),
                        .min_trade_amount = fields.number_or_zero("min_trade_amount"),
                        .contract_size = fields.number_or_zero("contract_size"),
                        .maker_commission = fields.number_or_zero("maker_commission"),
                        .taker_commission = fields.number_or_zero("taker_commission"),
                        .expiration_timestamp = fields.integer("expiration_timestamp"),
                        .strike = fields.number("strike"),
                        .option_type = fields.text("option_type"),
                        .is_active = fields.flag("is_active")};
  if (instrument.instrument_name.empty()) return not_the_answer("an instrument's name");
  return instrument;
}

Result<std::vector<Instrument>> read_instruments(const element& result) { return read_list(result, &read_instrument); }

Result<Ticker> read_ticker(const element& result) {
  const Fields fields{result};
  Ticker ticker{.instrument_name = fields.text("instrument_name"),
                .state = fields.text("state"),
                .timestamp = fields.integer("timestamp"),
                .best_bid_price = fields.number("best_bid_price"),
                .best_bid_amount = fields.number_or_zero("best_bid_amount"),
                .best_ask_price = fields.number("best_ask_price"),
                .best_ask_amount = fields.number_or_zero("best_ask_amount"),
                .last_price = fields.number("last_price"),
                .mark_price = fields.number_or_zero("mark_price"),
                .index_price = fields.number_or_zero("index_price"),
                .open_interest = fields.number_or_zero("open_interest"),
                .current_funding = fields.number("current_funding")};
  if (ticker.instrument_name.empty()) return not_the_answer("an instrument's name");
  return ticker;
}

// [price, amount]
Result<Level> read_level(const element& pair) {
  simdjson::dom::array parts;
  Level level;
  if (pair.get(parts) != SUCCESS || parts.at(0).get(level.price) != SUCCESS ||
      parts.at(1).get(level.amount) != SUCCESS) {
    return not_the_answer("a price and an amount");
  }
  return level;
}

Result<BookSnapshot> read_book(const element& result) {
  const Fields fields{result};
  auto ticker = read_ticker(result);
  const auto bids = fields.field("bids");
  const auto asks = fields.field("asks");
  if (!ticker) return std::unexpected{std::move(ticker).error()};
  if (!bids || !asks) return not_the_answer("bids and asks");
  auto bid_levels = read_list(*bids, &read_level);
  auto ask_levels = read_list(*asks, &read_level);
  if (!bid_levels) return std::unexpected{std::move(bid_levels).error()};
  if (!ask_levels) return std::unexpected{std::move(ask_levels).error()};
  return BookSnapshot{.ticker = *std::move(ticker),
                      .change_id = static_cast<std::uint64_t>(fields.integer("change_id")),
                      .bids = *std::move(bid_levels),
                      .asks = *std::move(ask_levels)};
}

}  // namespace

Call<Timestamp> get_time() { return {.method = "public/get_time", .params = "{}", .read = &read_time}; }

Call<std::string> test() { return {.method = "public/test", .params = "{}", .read = &read_version}; }

Call<std::vector<Instrument>> get_instruments(std::string_view currency, std::string_view kind) {
  nlohmann::json params{{"currency", currency}};
  if (!kind.empty()) params["kind"] = kind;
  return {.method = "public/get_instruments", .params = write(params), .read = &read_instruments};
}

Call<BookSnapshot> get_order_book(std::string_view instrument, std::size_t depth) {
  return {.method = "public/get_order_book",
          .params = write({{"instrument_name", instrument}, {"depth", depth}}),
          .read = &read_book};
}

Call<Ticker> ticker(std::string_view instrument) {
  return {.method = "public/ticker", .params = write({{"instrument_name", instrument}}), .read = &read_ticker};
}

}  // namespace zenws::adapters::deribit
