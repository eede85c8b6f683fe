/// \file
/// Binance's WebSocket API: requests about the market with typed answers, and snapshots for books.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <zenws/adapters/binance_book.hpp>
#include <zenws/adapters/binance_types.hpp>
#include <zenws/adapters/call.hpp>
#include <zenws/client.hpp>
#include <zenws/request.hpp>

namespace zenws::adapters {

/// Binance's methods as values: BinanceApi::call() and async_call() make them.
namespace binance {

/// A method of Binance's.
template <class T>
using Call = adapters::Call<T>;
/// An answer without content.
struct Nothing {
  friend bool operator==(const Nothing&, const Nothing&) = default;
};

/// Tests the connection. See:
/// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/general-requests#test-connectivity
[[nodiscard]] Call<Nothing> ping();
/// The server's time. See:
/// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/general-requests#check-server-time
[[nodiscard]] Call<Timestamp> time();
/// A book, at most `limit` levels a side, and at most 5000. See:
/// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/market-data-requests#order-book
[[nodiscard]] Call<DepthSnapshot> depth(std::string_view symbol, std::size_t limit = 100);
/// The price of a symbol's last trade. See:
/// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/market-data-requests#symbol-price-ticker
[[nodiscard]] Call<double> ticker_price(std::string_view symbol);

/// What a request of the API costs, REQUEST_WEIGHT: for RateLimiterOptions::request_cost. Of 6000 in each minute. See:
/// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/rate-limits
[[nodiscard]] std::uint64_t request_weight(std::string_view request);

/// Category of Binance's own error codes, named "zenws.binance": -1121 BAD_SYMBOL, -1102
/// MANDATORY_PARAM_EMPTY_OR_MALFORMED, … and those of streams, 0 to 3. See:
/// https://developers.binance.com/docs/binance-spot-api-docs/errors
[[nodiscard]] const std::error_category& error_category() noexcept;
/// The error that an answer tells, the detail its code and text: errc::rate_limited for too many requests (-1003,
/// -1015, status 418 and 429) and errc::unauthorized for refused keys (-1002, -1022, -2014, -2015), each with Binance's
/// own as cause(); any other is of error_category(). Requires: the answer has an `error`, or is one of a stream.
[[nodiscard]] Error error_of(const simdjson::dom::element& answer);

/// Reads the answer to a call. Errors: the request's own; error_of()'s; errc::protocol_error for an answer that is not
/// the method's.
template <class T>
[[nodiscard]] Result<T> interpret(const Call<T>& call, Result<Response> answer) {
  return adapters::interpret(call, std::move(answer), &error_of);
}

}  // namespace binance

/// How a BinanceApi is connected.
struct BinanceApiOptions {
  /// The API's address. The test net's: wss://ws-api.testnet.binance.vision/ws-api/v3
  std::string url = "wss://ws-api.binance.com:443/ws-api/v3";
  /// Use no more than Binance's 6000 weight a minute, of which 2900 at once, by a RateLimiter
  /// with binance::request_weight; not when client.rate_limiter is given.
  bool limit_rate = true;
  /// Interval of the server's pings, of which two may be missing; zero = do not watch them. Binance's is 20 s.
  std::chrono::milliseconds heartbeat{20'000};
  /// Everything else about the client; its `heartbeat` and `dialect` are replaced.
  Options client = {};
};

/// A connection to Binance's WebSocket API.
///
/// Blocking calls answer errc::would_deadlock from the loop's thread; async_call() works everywhere.
/// Threads:  any thread may call any function.
/// Lifetime: copies refer to the same connection; it closes when the last of them and of client() is gone.
/// Errors:   of calls: Client::request's, and binance::error_of()'s.
/// See:      docs/guide/binance.md, https://developers.binance.com/docs/binance-spot-api-docs/websocket-api
class BinanceApi {
 public:
  /// Connects, like Client::connect. Errors: its.
  [[nodiscard]] static Result<BinanceApi> connect(BinanceApiOptions options = {});

  /// The client beneath.
  [[nodiscard]] Client& client() noexcept { return client_; }
  /// Closes the connection: Client::close.
  [[nodiscard]] Result<> close() { return client_.close(); }

  /// Calls a method and waits for its answer; `timeout`: without one, Options::request_timeout.
  template <class T>
  [[nodiscard]] Result<T> call(const binance::Call<T>& what,
                               std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
    return binance::interpret(what, client_.request(request_of(what.method, what.params), {}, timeout));
  }
  /// Calls a method; `done` gets the answer once, on the client's loop, and must not block.
  template <class T>
  void async_call(binance::Call<T> what, std::move_only_function<void(Result<T>)> done,
                  std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
    const std::string request = request_of(what.method, what.params);
    send(client_, request, timeout, [what = std::move(what), done = std::move(done)](Result<Response> answer) mutable {
      done(binance::interpret(what, std::move(answer)));
    });
  }

  /// binance::ping
  [[nodiscard]] Result<> ping();
  /// binance::time
  [[nodiscard]] Result<binance::Timestamp> time() { return call(binance::time()); }
  /// binance::depth
  [[nodiscard]] Result<binance::DepthSnapshot> depth(std::string_view symbol, std::size_t limit = 100) {
    return call(binance::depth(symbol, limit));
  }
  /// binance::ticker_price
  [[nodiscard]] Result<double> ticker_price(std::string_view symbol) { return call(binance::ticker_price(symbol)); }

  /// Fetches snapshots for BinanceBookKeeperOptions::fetch, by `depth`. A limit of 1000 costs 50 of the 6000 weight a
  /// minute. Lifetime: keeps no connection open; errc::closed once the last handle is gone.
  [[nodiscard]] FetchSnapshot snapshots(std::size_t limit = 1000) const;

 private:
  explicit BinanceApi(Client client) noexcept : client_{std::move(client)} {}
  [[nodiscard]] static std::string request_of(std::string_view method, std::string_view params);
  static void send(const Client& client, const std::string& request, std::optional<std::chrono::milliseconds> timeout,
                   std::move_only_function<void(Result<Response>)> done);

  Client client_;
};

}  // namespace zenws::adapters
