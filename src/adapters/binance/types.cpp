// Reads what streams and snapshots tell. A price or quantity is a text, and so the same double wherever it is read.
//
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "Detailed Stream information"
#include <charconv>
#include <cmath>
#include <utility>

#include <zenws/adapters/binance_types.hpp>

#include "adapters/binance/payload.hpp"
#include "adapters/fields.hpp"

namespace zenws::adapters::binance {

using simdjson::SUCCESS;
using simdjson::dom::element;

namespace {

std::optional<double> decimal(const element& object, std::string_view name) {
  element found;
  return object[name].get(found) == SUCCESS ? read_decimal(found) : std::nullopt;
}

std::optional<std::uint64_t> count(const element& object, std::string_view name) {
  std::uint64_t found = 0;
  return object[name].get(found) == SUCCESS ? std::optional{found} : std::nullopt;
}

std::optional<Level> level(const element& object, std::string_view price, std::string_view quantity) {
  const auto at = decimal(object, price);
  const auto amount = decimal(object, quantity);
  if (!at || !amount) return std::nullopt;
  return Level{.price = *at, .amount = *amount};
}

// [[price, quantity], …]; what stands behind the two is for later versions.
std::optional<std::vector<Level>> read_side(const element& object, std::string_view name) {
  simdjson::dom::array steps;
  if (object[name].get(steps) != SUCCESS) return std::nullopt;
  std::vector<Level> levels;
  levels.reserve(steps.size());
  for (const element& step : steps) {
    element price;
    element quantity;
    if (step.at(0).get(price) != SUCCESS || step.at(1).get(quantity) != SUCCESS) return std::nullopt;
    const auto at = read_decimal(price);
    const auto amount = read_decimal(quantity);
    if (!at || !amount) return std::nullopt;
    levels.push_back({.price = *at, .amount = *amount});
  }
  return levels;
}

}  // namespace

std::optional<element> payload_of(const Message& message) {
  const auto* const json = std::get_if<JsonMessage>(&message);
  if (json == nullptr || !json->json.is_object()) return std::nullopt;
  element inner;
  if (json->json["data"].get(inner) != SUCCESS) return json->json;
  return inner.is_object() ? std::optional{inner} : std::nullopt;
}

std::string_view event_of(const element& payload) {
  std::string_view event;
  return payload["e"].get(event) == SUCCESS ? event : std::string_view{};
}

std::optional<double> read_decimal(const element& text) {
  std::string_view digits;
  if (text.get(digits) != SUCCESS) return std::nullopt;
  double value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_whole = failure == std::errc{} && end == digits.data() + digits.size();
  return is_whole && std::isfinite(value) && value >= 0 ? std::optional{value} : std::nullopt;
}

std::optional<Trade> read_trade(const Message& message) {
  const auto payload = payload_of(message);
  if (!payload || event_of(*payload) != "trade") return std::nullopt;
  const Fields fields{*payload};
  const auto id = count(*payload, "t");
  const auto price = decimal(*payload, "p");
  const auto quantity = decimal(*payload, "q");
  if (!id || !price || !quantity) return std::nullopt;
  return Trade{.symbol = fields.text("s"),
               .id = *id,
               .price = *price,
               .quantity = *quantity,
               .time = fields.integer("T"),
               .buyer_is_maker = fields.flag("m")};
}

std::optional<BookTicker> read_book_ticker(const Message& message) {
  const auto payload = payload_of(message);
  if (!payload || !event_of(*payload).empty()) return std::nullopt;
  const auto id = count(*payload, "u");
  const auto bid = level(*payload, "b", "B");
  const auto ask = level(*payload, "a", "A");
  if (!id || !bid || !ask) return std::nullopt;
  return BookTicker{.symbol = Fields{*payload}.text("s"), .update_id = *id, .bid = *bid, .ask = *ask};
}

std::optional<DepthEvent> read_depth_event(const Message& message) {
  const auto payload = payload_of(message);
  if (!payload || event_of(*payload) != "depthUpdate") return std::nullopt;
  const auto first = count(*payload, "U");
  const auto last = count(*payload, "u");
  auto bids = read_side(*payload, "b");
  auto asks = read_side(*payload, "a");
  if (!first || !last || *first > *last || !bids || !asks) return std::nullopt;
  const Fields fields{*payload};
  return DepthEvent{.symbol = fields.text("s"),
                    .first = *first,
                    .last = *last,
                    .time = fields.integer("E"),
                    .bids = *std::move(bids),
                    .asks = *std::move(asks)};
}

Result<DepthSnapshot> read_depth_snapshot(const element& snapshot) {
  const auto id = count(snapshot, "lastUpdateId");
  auto bids = read_side(snapshot, "bids");
  auto asks = read_side(snapshot, "asks");
  if (!id || !bids || !asks) return not_the_answer("lastUpdateId, bids and asks");
  return DepthSnapshot{.last_update_id = *id, .bids = *std::move(bids), .asks = *std::move(asks)};
}

Result<DepthSnapshot> read_depth_snapshot(std::string_view json) {
  simdjson::dom::parser parser;
  element snapshot;
  if (parser.parse(json.data(), json.size()).get(snapshot) != SUCCESS) {
    return std::unexpected{Error{errc::protocol_error, Phase::open, "a depth snapshot that is not JSON"}};
  }
  return read_depth_snapshot(snapshot);
}

}  // namespace zenws::adapters::binance
