/// \file
/// Binance's market streams whole: beating, within its limits, with kept order books and nothing told twice.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/adapters/binance_api.hpp>
#include <zenws/adapters/binance_book.hpp>
#include <zenws/adapters/binance_types.hpp>
#include <zenws/client.hpp>
#include <zenws/rate_limiter.hpp>

namespace zenws::adapters {

/// How a Binance is connected.
struct BinanceOptions {
  /// Binance's address; combined streams by default. Streams may be named in it (`?streams=a/b`). Payloads of `/ws` do
  /// not tell an update speed or a partial depth.
  std::string url = "wss://stream.binance.com:9443/stream";
  /// Send at most four messages in a second, by a RateLimiter, so that with a pong it is never more than the five that
  /// Binance takes; not when client.rate_limiter is given. See binance::streams_limiter().
  bool limit_rate = true;
  /// Interval of the server's pings, of which two may be missing; zero = do not watch them. Binance's is 20 s.
  std::chrono::milliseconds heartbeat{20'000};
  /// Keeps the books of watch_book(), when `fetch` is given. With it, and without client.handler, other messages are
  /// dropped.
  BinanceBookKeeperOptions books = {};
  /// Everything else about the client; its `heartbeat` and `dialect` are replaced. A close by 1008, with which Binance
  /// ends who broke a rule, is retried unless `retry_policy` says otherwise.
  Options client = {};
};

/// Binance's limits, and what keeps within them.
namespace binance {

/// Streams that one connection may listen to. See:
/// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#websocket-limits
inline constexpr std::size_t most_streams = 1024;
/// The settings of the limiter of streams: two messages at once, then one each half second. See:
/// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#websocket-limits
[[nodiscard]] RateLimiterOptions streams_limiter();

}  // namespace binance

/// A connection to Binance's market streams.
///
/// Streams are restored after each reconnect. Binance ends connections after 24 hours: before that another takes over
/// without a gap, by Options::max_age of 23 h unless the user has set one; what both bring is delivered once
/// (docs/guide/rotation.md). What streams bring arrives at BinanceOptions::client's handler, or waits in the mailbox of
/// client(); books of watch_book() are kept here. Read messages by binance::read_trade() and its like.
///
/// Threads:  any thread may call any function.
/// Lifetime: copies refer to the same connection; it closes when the last of them and of client() is gone.
/// See:      docs/guide/binance.md, examples/19_binance_book.cpp
class Binance {
 public:
  /// Connects, like Client::connect. Errors: its; errc::invalid_config for a URL with more than 1024 streams.
  [[nodiscard]] static Result<Binance> connect(BinanceOptions options = {});
  /// The same without blocking: `done` gets it once, here for wrong options, else on the client's loop.
  static void async_connect(BinanceOptions options, std::move_only_function<void(Result<Binance>)> done);

  /// The client beneath: for its numbers and its mailbox. Streams that it is told of are not counted here.
  [[nodiscard]] Client& client() noexcept;
  /// Closes the connection: Client::close.
  [[nodiscard]] Result<> close();

  /// Client::subscribe: `btcusdt@trade`, `btcusdt@bookTicker`, `btcusdt@depth5@100ms`, … Nothing is checked by Binance:
  /// a stream that does not exist brings nothing.
  ///
  /// Errors: its; errc::invalid_config when there would be more than 1024 streams: nothing is sent then.
  [[nodiscard]] Result<> subscribe(std::vector<std::string> streams);
  /// Client::subscribe_and_wait. Errors: its, and subscribe()'s.
  [[nodiscard]] Result<Subscribed> subscribe_and_wait(std::vector<std::string> streams,
                                                      std::optional<std::chrono::milliseconds> timeout = std::nullopt);
  /// Client::unsubscribe
  [[nodiscard]] Result<> unsubscribe(const std::vector<std::string>& streams);
  /// The streams that Binance says this connection listens to, sorted. Blocks. Errors: Client::request's;
  /// binance::error_of()'s.
  [[nodiscard]] Result<std::vector<std::string>> list_subscriptions(
      std::optional<std::chrono::milliseconds> timeout = std::nullopt);
  /// Streams that are subscribed to here, those of the URL included.
  [[nodiscard]] std::size_t streams() const;

  /// Keeps a symbol's book: subscribes to `<symbol>@depth` with its speed, waits for Binance's answer, and has the
  /// snapshot fetched; book() is in sync once that has come. `speed`: `100ms`, or empty for one event a second.
  ///
  /// Errors: subscribe_and_wait()'s; errc::invalid_config without BinanceOptions::books.fetch.
  [[nodiscard]] Result<> watch_book(std::string_view symbol, std::string_view speed = "100ms");
  /// The same of many symbols at once.
  [[nodiscard]] Result<> watch_books(const std::vector<std::string>& symbols, std::string_view speed = "100ms");
  /// Keeps it no more. Errors: Client::unsubscribe's.
  [[nodiscard]] Result<> unwatch_book(std::string_view symbol, std::string_view speed = "100ms");
  /// A copy of a symbol's book as it is now. nullopt: it is not watched.
  [[nodiscard]] std::optional<BinanceBook> book(std::string_view symbol) const;
  /// The keeper of all books, for its counts.
  [[nodiscard]] const BinanceBookKeeper& books() const noexcept;

 private:
  class State;
  struct Plan;  // a client that is ready to be connected
  static Result<Plan> plan(BinanceOptions options);
  explicit Binance(std::shared_ptr<State> state) noexcept;
  std::shared_ptr<State> state_;
};

}  // namespace zenws::adapters
