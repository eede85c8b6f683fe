/// \file
/// A far end that behaves like Binance's spot market, as its public documentation tells, on loopback: for tests of what
/// reads it.
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

#include <zenws/error.hpp>
#include <zenws/simulators/simulated_book.hpp>
#include <zenws/testing/server.hpp>

namespace zenws::simulators {

/// What a BinanceSimulator trades unless told otherwise: BTCUSDT and ETHUSDT.
[[nodiscard]] std::vector<std::string> default_symbols();

/// How a BinanceSimulator is made. Times and limits are Binance's own; shorten them, and a test need not wait.
///
/// See: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
struct BinanceSimulatorOptions {
  /// Of the server beneath: port, TLS, faults. Its script and its functions are the simulator's.
  testing::ServerOptions server = {};
  /// What is traded, in capitals; names must be unique.
  std::vector<std::string> symbols = default_symbols();
  /// Between two events of `@depth` and `@depth5`, `@depth10`, `@depth20`; zero = each change at once.
  std::chrono::milliseconds depth_interval{1000};
  /// The same of those with `@100ms`.
  std::chrono::milliseconds fast_depth_interval{100};
  /// Between two pings to a client; zero = none.
  std::chrono::milliseconds ping_interval{20'000};
  /// How long a ping may stay without its pong.
  std::chrono::milliseconds pong_timeout{60'000};
  /// Messages that a client may send within limit_interval: pings, pongs and requests; zero = any number.
  std::size_t message_limit = 5;
  /// The span of time that message_limit is about.
  std::chrono::milliseconds limit_interval{1000};
  /// Streams that one connection may listen to.
  std::size_t stream_limit = 1024;
  /// How long a connection may live.
  std::chrono::milliseconds connection_lifetime{std::chrono::hours{24}};
  /// REQUEST_WEIGHT that the WebSocket API gives in each minute.
  std::int64_t weight_limit = 6000;
  /// Books kept of each symbol for book_at(), one a change; zero = none.
  std::size_t book_history = 0;
};

/// Gives a symbol's depth snapshot, as GET /api/v3/depth: calls `done` once, with the JSON text. The same type as
/// adapters::FetchSnapshot.
using SimulatedSnapshots =
    std::function<void(std::string symbol, std::move_only_function<void(Result<std::string>)> done)>;

/// A far end that behaves like Binance's spot market: streams raw and combined, changed by requests; server pings, and
/// disconnects for who does not answer them, says too much, wants too much or stays too long; depth streams whose
/// updates can be lost or come twice, snapshots that can be stale; and the WebSocket API beside it.
///
/// Paths: `/ws`, `/ws/<stream>`, `/stream`, `/stream?streams=<a>/<b>`, and `/ws-api/v3`; others are refused with 404.
/// Streams: `<symbol>@trade`, `@aggTrade`, `@bookTicker`, `@depth`, `@depth5`, `@depth10`, `@depth20`, the depths also
/// with `@100ms`. Others can be subscribed to, and bring nothing. Methods of streams: SUBSCRIBE, UNSUBSCRIBE,
/// LIST_SUBSCRIPTIONS, SET_PROPERTY, GET_PROPERTY. Methods of the API: ping, time, depth, ticker.price.
/// Prices and quantities are rounded to eight decimals. Nothing matches: books are what set_level() makes them.
/// Beneath is a testing::Server, with all of its faults: server().
///
/// Threads:  any thread may call any function.
/// See:      docs/guide/binance.md, https://developers.binance.com/docs/binance-spot-api-docs
class BinanceSimulator {
 public:
  /// Starts one; ready for clients when it returns. Errors: testing::Server::start's; errc::invalid_config for two
  /// symbols of one name.
  [[nodiscard]] static Result<BinanceSimulator> start(BinanceSimulatorOptions options = {});
  BinanceSimulator(BinanceSimulator&&) noexcept;
  BinanceSimulator& operator=(BinanceSimulator&&) noexcept;
  ~BinanceSimulator();

  /// For clients: ws:// or wss://, with `/stream`, or another path of Binance's.
  [[nodiscard]] std::string url(std::string_view path = "/stream") const;
  /// The same of the WebSocket API.
  [[nodiscard]] std::string api_url() const { return url("/ws-api/v3"); }
  /// The server beneath, for faults, disconnects and what was received. Do not replace its script.
  [[nodiscard]] testing::Server& server() noexcept;

  /// Sets what is wanted at a price, in all; zero takes it away. Nothing happens for a symbol that is not traded, or
  /// when it is so already.
  void set_level(std::string_view symbol, SimulatedSide side, double price, double quantity);
  /// A trade happens. The book does not change by it.
  void trade(std::string_view symbol, double price, double quantity, bool buyer_is_maker = false);
  /// The book now; empty for a symbol that is not traded. `change_id` is its `lastUpdateId`.
  [[nodiscard]] SimulatedBook book(std::string_view symbol) const;
  /// The book as it was after that update. nullopt: not kept, see BinanceSimulatorOptions::book_history.
  [[nodiscard]] std::optional<SimulatedBook> book_at(std::string_view symbol, std::uint64_t update_id) const;

  /// The depth snapshot as GET /api/v3/depth answers it, at most 5000 levels a side. Errors: errc::not_found for a
  /// symbol that is not traded.
  [[nodiscard]] Result<std::string> snapshot(std::string_view symbol, std::size_t limit = 1000) const;
  /// The same for an adapter, answered at once on the caller's thread. Lifetime: not after the simulator.
  [[nodiscard]] SimulatedSnapshots snapshots() const;
  /// The next `count` snapshots of a symbol show its book as it is now, whatever happens until then.
  void make_snapshots_stale(std::string_view symbol, std::size_t count = 1);
  /// Snapshots asked for so far, stale ones included.
  [[nodiscard]] std::uint64_t snapshots_given(std::string_view symbol) const;

  /// The next `count` diff. depth events of a symbol are told to nobody: a gap for all who listen.
  void skip_events(std::string_view symbol, std::size_t count = 1);
  /// The last diff. depth event of a symbol is told once more, on both streams.
  void repeat_event(std::string_view symbol);
  /// Every connection is older by so much from now on: who has lived too long is disconnected.
  void age_connections(std::chrono::milliseconds by);

  /// Connections that have not ended.
  [[nodiscard]] std::size_t sessions() const;
  /// Streams that a connection listens to, sorted; connections count as in testing::ReceivedMessage::connection.
  [[nodiscard]] std::vector<std::string> subscriptions(std::uint64_t connection) const;
  /// Why the simulator has ended connections so far, oldest first, at most 10 000: `Too many requests`, `Pong timeout`,
  /// `Too many streams`, `24 hours`.
  [[nodiscard]] std::vector<std::string> disconnects() const;
  /// The most messages that a client has sent within limit_interval so far.
  [[nodiscard]] std::size_t busiest() const;

 private:
  struct State;
  explicit BinanceSimulator(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace zenws::simulators
