/// \file
/// A far end that behaves like Deribit, as its public documentation tells, on loopback: for tests of what trades there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>
#include <zenws/simulators/simulated_book.hpp>
#include <zenws/testing/server.hpp>

namespace zenws::simulators {

/// An instrument that a DeribitSimulator trades: an inverse future or perpetual, amounts in USD.
///
/// See: https://docs.deribit.com/#public-get_instruments
struct SimulatedInstrument {
  std::string name = "BTC-PERPETUAL";  ///< Its currency is what stands before the first `-` or `_`.
  double tick_size = 0.5;              ///< Prices are multiples of it.
  double min_trade_amount = 10;        ///< Amounts are multiples of it, in USD.
  double index_price = 50'000;         ///< In USD; also the mark price while the book is empty.
};

/// How many requests a DeribitSimulator takes: a bucket of credits for each account, or for each connection without a
/// login. Who has none left is answered 10028 and disconnected. The numbers are Deribit's defaults.
///
/// See: https://docs.deribit.com/articles/rate-limits
struct SimulatedCredits {
  double maximum = 50'000;            ///< In the full bucket; it starts full.
  double refill_per_second = 10'000;  ///< Come back continuously; zero = never.
  double cost = 500;                  ///< Of one request.
};

/// How a DeribitSimulator is made.
struct DeribitSimulatorOptions {
  /// Of the server beneath: port, TLS, faults. Its script and its functions for connections are the simulator's.
  testing::ServerOptions server = {};
  /// The one account's key.
  std::string client_id = "simulated";
  /// And its secret.
  std::string client_secret = "simulated-secret";
  /// How long an access token lives: `expires_in`. A refresh token lives as long as its connection or session.
  std::chrono::seconds token_lifetime{900};
  /// How long one second of `public/set_heartbeat`'s interval lasts: shorten it, and a test need not wait.
  std::chrono::milliseconds heartbeat_second{1000};
  /// Nothing = no limit.
  std::optional<SimulatedCredits> credits = {};
  /// What is traded; names must be unique.
  std::vector<SimulatedInstrument> instruments = {
      {}, {.name = "ETH-PERPETUAL", .tick_size = 0.05, .min_trade_amount = 1, .index_price = 2'500}};
  /// The account's balance in each currency.
  double balance = 10;
  /// Books kept of each instrument for book_at(), one a change; zero = none.
  std::size_t book_history = 0;
};

/// One order of the simulator's account.
struct SimulatedOrder {
  std::string id = {};             ///< As `order_id`.
  std::string instrument = {};     ///< Which.
  std::string label = {};          ///< The client's.
  std::string state = {};          ///< `open`, `filled` or `cancelled`.
  std::string cancel_reason = {};  ///< `user_request`, `cancel_on_disconnect`, …; empty unless cancelled.
  std::uint64_t connection = 0;    ///< The connection that placed it.
};

/// A far end that behaves like Deribit: logins that expire, heartbeats, subscriptions, books with continuous changes,
/// orders that match, cancel-on-disconnect that cancels, error codes and texts, credits.
///
/// Methods: `public/` auth, set_heartbeat, disable_heartbeat, test, get_time, get_instruments, ticker, get_order_book,
/// subscribe, unsubscribe, unsubscribe_all, hello; `private/` subscribe, unsubscribe, unsubscribe_all, buy, sell, edit,
/// cancel, cancel_all, get_order_state, get_open_orders, get_positions, get_account_summary, logout, and
/// enable_, disable_ and get_cancel_on_disconnect. Others: -32601.
/// Channels: `book.`, `ticker.`, `quote.`, `trades.`, `user.orders.` and `user.trades.` of an instrument (the user's
/// also `any.any`). Each change is told at once, whatever the interval. Fees are zero; there is no funding and no
/// expiry. Beneath is a testing::Server, with all of its faults: server().
///
/// Threads:  any thread may call any function.
/// See:      docs/guide/deribit.md, https://docs.deribit.com
class DeribitSimulator {
 public:
  /// Starts one; ready for clients when it returns. Errors: testing::Server::start's; errc::invalid_config for two
  /// instruments of one name.
  [[nodiscard]] static Result<DeribitSimulator> start(DeribitSimulatorOptions options = {});
  DeribitSimulator(DeribitSimulator&&) noexcept;
  DeribitSimulator& operator=(DeribitSimulator&&) noexcept;
  ~DeribitSimulator();

  /// For clients: ws:// or wss://, with Deribit's path.
  [[nodiscard]] std::string url() const;
  /// The server beneath, for faults, disconnects and what was received. Do not replace its script.
  [[nodiscard]] testing::Server& server() noexcept;

  /// Sets what others than the account want at a price, in all; zero takes it away. What crosses the book trades first.
  /// Nothing happens for an instrument that is not traded.
  void set_level(std::string_view instrument, SimulatedSide side, double price, double amount);
  /// The book now; empty for an instrument that is not traded.
  [[nodiscard]] SimulatedBook book(std::string_view instrument) const;
  /// The book as it was after that change. nullopt: not kept, see DeribitSimulatorOptions::book_history.
  [[nodiscard]] std::optional<SimulatedBook> book_at(std::string_view instrument, std::uint64_t change_id) const;
  /// The next `count` changes of a book are told to nobody: a gap for all who listen.
  void skip_changes(std::string_view instrument, std::size_t count = 1);
  /// The last change of a book is told once more.
  void repeat_change(std::string_view instrument);

  /// All orders of the account so far, oldest first.
  [[nodiscard]] std::vector<SimulatedOrder> orders() const;
  /// Ends every access token now, as if its time were up; refresh tokens live on.
  void expire_tokens();
  /// From now on that secret is right.
  void change_secret(std::string secret);
  /// Connections that have not ended for the venue: half-open ones too, until their heartbeat ends them.
  [[nodiscard]] std::size_t sessions() const;
  /// Channels that a connection is subscribed to, sorted; connections count as in testing::ReceivedMessage::connection.
  [[nodiscard]] std::vector<std::string> subscriptions(std::uint64_t connection) const;
  /// The methods that a connection called, oldest first, at most 100 000.
  [[nodiscard]] std::vector<std::string> calls(std::uint64_t connection) const;

 private:
  struct State;
  explicit DeribitSimulator(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace zenws::simulators
