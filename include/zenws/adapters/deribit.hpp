/// \file
/// Deribit whole: logged in, kept logged in, beating, within its limits, with typed calls and kept order books.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zenws/adapters/deribit_book.hpp>
#include <zenws/adapters/deribit_calls.hpp>
#include <zenws/adapters/deribit_types.hpp>
#include <zenws/client.hpp>

namespace zenws::adapters {

/// How to log in.
enum class DeribitGrant : std::uint8_t {
  client_credentials,  ///< The secret is sent, under TLS.
  client_signature,    ///< The secret stays here: a signature with a time and a nonce is sent.
};

/// How a Deribit is connected.
struct DeribitOptions {
  /// Deribit's address; the test net's by default. Production: wss://www.deribit.com/ws/api/v2
  std::string url = "wss://test.deribit.com/ws/api/v2";
  /// The API key's id. Without id and secret, DERIBIT_CLIENT_ID and DERIBIT_CLIENT_SECRET of the environment are used;
  /// without those too, there is no login and only public methods work.
  std::string client_id = {};
  /// The API key's secret.
  std::string client_secret = {};
  /// How to log in.
  DeribitGrant grant = DeribitGrant::client_credentials;
  /// Log in also over ws://, where anybody on the way reads key and token. Without it that is allowed only to this
  /// machine (localhost, 127.0.0.0/8, [::1]), for simulators.
  bool allow_plain_text = false;
  /// Interval of `public/set_heartbeat` and of our own heartbeats, whole seconds, at least 10 s; zero = no heartbeat.
  std::chrono::seconds heartbeat{30};
  /// Cancel this connection's orders when it ends; set again after each reconnect, before anything else is sent.
  bool cancel_on_disconnect = false;
  /// Send no faster than Deribit's default limits, by a RateLimiter with rate_cost::deribit; not when
  /// client.rate_limiter is given.
  bool limit_rate = true;
  /// Receives the books of watch_book() after each change. With it, and without client.handler, other messages are
  /// dropped.
  DeribitBookKeeperOptions books = {};
  /// Told how each login and each refresh of its token went, on a loop's thread; must not block nor throw.
  std::function<void(const Result<>&)> on_login = {};
  /// Everything else about the client. Its `authenticate`, when given, runs after ours; its `heartbeat` and `dialect`
  /// are replaced.
  Options client = {};
};

/// The options as text for people; every secret prints as `[REDACTED]`. Threads: any.
[[nodiscard]] std::string to_string(const DeribitOptions& options);

/// A connection to Deribit that stays logged in.
///
/// On each connection, before subscriptions are restored: `public/auth`, `public/set_heartbeat`, and
/// `private/enable_cancel_on_disconnect` when wanted. The token is refreshed after four fifths of its life. Refused
/// credentials end the client with errc::unauthorized, without retries. Notifications arrive at
/// DeribitOptions::client's handler, or wait in the mailbox of client(); books of watch_book() are kept here.
///
/// Blocking calls answer errc::would_deadlock from the loop's thread; async_call() works everywhere.
/// Threads:  any thread may call any function.
/// Lifetime: copies refer to the same connection; it closes when the last of them and of client() is gone.
/// Errors:   of calls: Client::request's, and Deribit's own (deribit::error_category()).
/// See:      docs/guide/deribit.md, examples/16_deribit_book.cpp, examples/17_deribit_order.cpp
class Deribit {
 public:
  /// Connects and logs in, like Client::connect. Errors: its; errc::invalid_config for an id without a secret, a
  /// login over ws:// (DeribitOptions::allow_plain_text), or a heartbeat below 10 s; errc::unauthorized, with Deribit's
  /// error inside, for refused credentials.
  [[nodiscard]] static Result<Deribit> connect(DeribitOptions options = {});
  /// The same without blocking: `done` gets it once, here for wrong options, else on the client's loop.
  static void async_connect(DeribitOptions options, std::move_only_function<void(Result<Deribit>)> done);

  /// The client beneath: for subscriptions, its numbers, its mailbox.
  [[nodiscard]] Client& client() noexcept;
  /// Closes the connection: Client::close.
  [[nodiscard]] Result<> close();

  /// Calls a method and waits for its answer; `timeout`: without one, Options::request_timeout.
  template <class T>
  [[nodiscard]] Result<T> call(const deribit::Call<T>& what,
                               std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
    return deribit::interpret(what, request(what.method, what.params, timeout));
  }
  /// Calls a method; `done` gets the answer once, on the client's loop, and must not block.
  template <class T>
  void async_call(deribit::Call<T> what, std::move_only_function<void(Result<T>)> done,
                  std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
    const std::string method = what.method;
    const std::string params = what.params;
    send(method, params, timeout, [what = std::move(what), done = std::move(done)](Result<Response> answer) mutable {
      done(deribit::interpret(what, std::move(answer)));
    });
  }

  /// deribit::get_time
  [[nodiscard]] Result<deribit::Timestamp> get_time() { return call(deribit::get_time()); }
  /// deribit::test
  [[nodiscard]] Result<std::string> test() { return call(deribit::test()); }
  /// deribit::get_instruments
  [[nodiscard]] Result<std::vector<deribit::Instrument>> get_instruments(std::string_view currency,
                                                                         std::string_view kind = {}) {
    return call(deribit::get_instruments(currency, kind));
  }
  /// deribit::get_order_book
  [[nodiscard]] Result<deribit::BookSnapshot> get_order_book(std::string_view instrument, std::size_t depth = 20) {
    return call(deribit::get_order_book(instrument, depth));
  }
  /// deribit::ticker
  [[nodiscard]] Result<deribit::Ticker> ticker(std::string_view instrument) {
    return call(deribit::ticker(instrument));
  }
  /// deribit::buy
  [[nodiscard]] Result<deribit::Placed> buy(const deribit::OrderRequest& order) { return call(deribit::buy(order)); }
  /// deribit::sell
  [[nodiscard]] Result<deribit::Placed> sell(const deribit::OrderRequest& order) { return call(deribit::sell(order)); }
  /// deribit::edit
  [[nodiscard]] Result<deribit::Placed> edit(std::string_view order_id, double amount, double price) {
    return call(deribit::edit(order_id, amount, price));
  }
  /// deribit::cancel
  [[nodiscard]] Result<deribit::Order> cancel(std::string_view order_id) { return call(deribit::cancel(order_id)); }
  /// deribit::cancel_all
  [[nodiscard]] Result<std::size_t> cancel_all() { return call(deribit::cancel_all()); }
  /// deribit::get_order_state
  [[nodiscard]] Result<deribit::Order> get_order_state(std::string_view order_id) {
    return call(deribit::get_order_state(order_id));
  }
  /// deribit::get_open_orders
  [[nodiscard]] Result<std::vector<deribit::Order>> get_open_orders() { return call(deribit::get_open_orders()); }
  /// deribit::get_positions
  [[nodiscard]] Result<std::vector<deribit::Position>> get_positions(std::string_view currency = "any") {
    return call(deribit::get_positions(currency));
  }
  /// deribit::get_account_summary
  [[nodiscard]] Result<deribit::AccountSummary> get_account_summary(std::string_view currency) {
    return call(deribit::get_account_summary(currency));
  }

  /// Cancels orders when the connection ends. Of the connection: after each reconnect it is enabled again.
  [[nodiscard]] Result<> enable_cancel_on_disconnect(deribit::Scope scope = deribit::Scope::connection);
  /// Does not any more, nor after a reconnect.
  [[nodiscard]] Result<> disable_cancel_on_disconnect(deribit::Scope scope = deribit::Scope::connection);
  /// deribit::get_cancel_on_disconnect
  [[nodiscard]] Result<deribit::CancelOnDisconnect> get_cancel_on_disconnect(
      deribit::Scope scope = deribit::Scope::connection) {
    return call(deribit::get_cancel_on_disconnect(scope));
  }

  /// Client::subscribe: `ticker.BTC-PERPETUAL.100ms`, `user.orders.any.any.raw`, …
  [[nodiscard]] Result<> subscribe(std::vector<std::string> channels) {
    return client().subscribe(std::move(channels));
  }
  /// Client::subscribe_and_wait
  [[nodiscard]] Result<Subscribed> subscribe_and_wait(std::vector<std::string> channels) {
    return client().subscribe_and_wait(std::move(channels));
  }
  /// Client::unsubscribe
  [[nodiscard]] Result<> unsubscribe(std::vector<std::string> channels) {
    return client().unsubscribe(std::move(channels));
  }

  /// Keeps an instrument's book: subscribes to `book.INSTRUMENT.INTERVAL` and waits for Deribit's answer; book() has it
  /// once its snapshot has come. `interval`: `100ms`, `agg2`, or `raw` (needs a login).
  ///
  /// Requires: DeribitOptions::books.on_change or client.handler. Errors: Client::subscribe_and_wait's;
  /// errc::invalid_config when neither was given.
  [[nodiscard]] Result<> watch_book(std::string_view instrument, std::string_view interval = "100ms");
  /// Keeps it no more. Errors: Client::unsubscribe's.
  [[nodiscard]] Result<> unwatch_book(std::string_view instrument, std::string_view interval = "100ms");
  /// A copy of a book as it is now. nullopt: no snapshot has come yet.
  [[nodiscard]] std::optional<DeribitBook> book(std::string_view instrument, std::string_view interval = "100ms") const;
  /// The keeper of all books, for its counts.
  [[nodiscard]] const DeribitBookKeeper& books() const noexcept;

 private:
  struct State;
  struct Plan;  // a client that is ready to be connected
  static Result<Plan> plan(DeribitOptions options);
  explicit Deribit(std::shared_ptr<State> state) noexcept;
  [[nodiscard]] Result<Response> request(std::string_view method, std::string_view params,
                                         std::optional<std::chrono::milliseconds> timeout);
  void send(std::string_view method, std::string_view params, std::optional<std::chrono::milliseconds> timeout,
            std::move_only_function<void(Result<Response>)> done);
  std::shared_ptr<State> state_;
};

}  // namespace zenws::adapters
