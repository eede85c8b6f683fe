/// \file
/// What Binance tells, as plain structs, and how it is read: trades, best prices, depth events and snapshots.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/adapters/price_ladders.hpp>
#include <zenws/error.hpp>
#include <zenws/message.hpp>

namespace simdjson::dom {
class element;
}

namespace zenws::adapters::binance {

/// Milliseconds since 1970, UTC, as Binance writes times.
using Timestamp = std::int64_t;

/// One trade of a `@trade` stream.
///
/// See: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#trade-streams
struct Trade {
  std::string symbol = {};      ///< For example `BTCUSDT`.
  std::uint64_t id = 0;         ///< Counts up by one from trade to trade of a symbol.
  double price = 0;             ///< In the quote asset.
  double quantity = 0;          ///< In the base asset.
  Timestamp time = 0;           ///< When it happened.
  bool buyer_is_maker = false;  ///< True: somebody sold into a bid.
};

/// The best prices of a `@bookTicker` stream.
///
/// See:
/// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#individual-symbol-book-ticker-streams
struct BookTicker {
  std::string symbol = {};      ///< For example `BTCUSDT`.
  std::uint64_t update_id = 0;  ///< Of the book.
  Level bid = {};               ///< The highest.
  Level ask = {};               ///< The lowest.
};

/// What has changed in a book: one event of a `@depth` stream.
///
/// See: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#diff-depth-stream
struct DepthEvent {
  std::string symbol = {};       ///< For example `BTCUSDT`.
  std::uint64_t first = 0;       ///< `U`: the first update in it.
  std::uint64_t last = 0;        ///< `u`: the last.
  Timestamp time = 0;            ///< When it was sent.
  std::vector<Level> bids = {};  ///< What stands at each price now; zero = nothing.
  std::vector<Level> asks = {};  ///< The same of the asks.
};

/// A book at one moment: GET /api/v3/depth, or the API's `depth`.
///
/// See: https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/market-data-requests#order-book
struct DepthSnapshot {
  std::uint64_t last_update_id = 0;  ///< The last update in it.
  std::vector<Level> bids = {};      ///< Best first.
  std::vector<Level> asks = {};      ///< Best first.
};

/// Reads a trade, raw or of a combined stream. nullopt: it is something else. Threads: any.
[[nodiscard]] std::optional<Trade> read_trade(const Message& message);
/// Reads best prices. nullopt: they are something else. Threads: any.
[[nodiscard]] std::optional<BookTicker> read_book_ticker(const Message& message);
/// Reads a depth event. nullopt: it is something else. Threads: any.
[[nodiscard]] std::optional<DepthEvent> read_depth_event(const Message& message);
/// Reads a snapshot. Errors: errc::protocol_error. Threads: any.
[[nodiscard]] Result<DepthSnapshot> read_depth_snapshot(const simdjson::dom::element& snapshot);
/// Reads a snapshot's text. Errors: errc::protocol_error. Threads: any.
[[nodiscard]] Result<DepthSnapshot> read_depth_snapshot(std::string_view json);

}  // namespace zenws::adapters::binance
