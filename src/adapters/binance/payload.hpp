// The payload of a stream, raw or combined, and the decimals in it.
#pragma once

#include <optional>
#include <string_view>

#include <zenws/adapters/price_ladders.hpp>
#include <zenws/json.hpp>
#include <zenws/message.hpp>

namespace zenws::adapters::binance {

// nullopt: the message is no JSON object, or a reply.
[[nodiscard]] std::optional<simdjson::dom::element> payload_of(const Message& message);
// Its `e`; empty for bookTicker and partial depths, which have none.
[[nodiscard]] std::string_view event_of(const simdjson::dom::element& payload);
// A decimal number in a text, all of it. nullopt: it is none, or less than zero.
[[nodiscard]] std::optional<double> read_decimal(const simdjson::dom::element& text);

}  // namespace zenws::adapters::binance
