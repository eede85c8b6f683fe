// How Deribit writes what it tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "simulators/deribit/exchange.hpp"

namespace zenws::simulators::deribit {

// https://docs.deribit.com/#private-buy
[[nodiscard]] nlohmann::json write(const Order& order);
// https://docs.deribit.com/#trades-instrument_name-interval,
// https://docs.deribit.com/#user-trades-instrument_name-interval
[[nodiscard]] nlohmann::json write(const Trade& trade);
[[nodiscard]] nlohmann::json write(const std::vector<Trade>& trades);
// The answer to buy, sell and edit.
[[nodiscard]] nlohmann::json write(const Exchange::Placed& placed);
// https://docs.deribit.com/#public-get_instruments
[[nodiscard]] nlohmann::json write_instrument(const Instrument& instrument);
// https://docs.deribit.com/#public-ticker
[[nodiscard]] nlohmann::json write_ticker(const Instrument& instrument, std::int64_t milliseconds);
// https://docs.deribit.com/#quote-instrument_name
[[nodiscard]] nlohmann::json write_quote(const Instrument& instrument, std::int64_t milliseconds);
// https://docs.deribit.com/#public-get_order_book
[[nodiscard]] nlohmann::json write_order_book(const Instrument& instrument, std::size_t depth,
                                              std::int64_t milliseconds);
// https://docs.deribit.com/#book-instrument_name-interval: the first notification, and those after it.
[[nodiscard]] nlohmann::json write_snapshot(const Instrument& instrument, std::int64_t milliseconds);
[[nodiscard]] nlohmann::json write_change(std::string_view instrument, const Book::Change& change,
                                          std::int64_t milliseconds);
// https://docs.deribit.com/#book-instrument_name-group-depth-interval: the top of the book, whole each time.
[[nodiscard]] nlohmann::json write_top(const Instrument& instrument, std::size_t depth, std::int64_t milliseconds);
// https://docs.deribit.com/#private-get_positions
[[nodiscard]] nlohmann::json write_position(const Instrument& instrument);
// https://docs.deribit.com/#private-get_account_summary
[[nodiscard]] nlohmann::json write_summary(std::string_view currency, const Exchange::Summary& summary);

}  // namespace zenws::simulators::deribit
