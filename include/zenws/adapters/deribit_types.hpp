/// \file
/// What is said to Deribit and what it answers, as plain structs: the fields that people use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zenws/adapters/deribit_book.hpp>

namespace zenws::adapters::deribit {

/// Milliseconds since 1970, UTC, as Deribit writes times.
using Timestamp = std::int64_t;

/// Which way.
enum class Direction : std::uint8_t { buy, sell };

/// What an order does with the part that does not trade at once.
enum class TimeInForce : std::uint8_t {
  good_til_cancelled,   ///< It stays in the book.
  good_til_day,         ///< It stays until the session ends.
  fill_or_kill,         ///< All of it at once, or nothing.
  immediate_or_cancel,  ///< What does not trade at once is cancelled.
};

/// How long a setting holds, or which credentials: of cancel-on-disconnect.
enum class Scope : std::uint8_t {
  connection,  ///< This connection only.
  account,     ///< Every connection opened from now on.
};

/// One instrument. See: https://docs.deribit.com/#public-get_instruments
struct Instrument {
  std::string instrument_name = {};      ///< For example `BTC-PERPETUAL`.
  std::string kind = {};                 ///< `future`, `option`, `spot`, `future_combo` or `option_combo`.
  std::string base_currency = {};        ///< For example `BTC`.
  std::string quote_currency = {};       ///< Of its prices.
  std::string settlement_currency = {};  ///< Empty for spot.
  double tick_size = 0;                  ///< Prices are multiples of it.
  double min_trade_amount = 0;           ///< USD for perpetuals and inverse futures, else the base currency.
  double contract_size = 0;              ///< Of one contract.
  double maker_commission = 0;           ///< Share of the amount.
  double taker_commission = 0;           ///< Share of the amount.
  Timestamp expiration_timestamp = 0;    ///< When it ends.
  std::optional<double> strike = {};     ///< Options only.
  std::string option_type = {};          ///< `call` or `put`; options only.
  bool is_active = false;                ///< Can be traded now.
};

/// An instrument's prices at one moment. See: https://docs.deribit.com/#public-ticker
struct Ticker {
  std::string instrument_name = {};            ///< Which.
  std::string state = {};                      ///< `open` or `closed`.
  Timestamp timestamp = 0;                     ///< When.
  std::optional<double> best_bid_price = {};   ///< None without bids.
  double best_bid_amount = 0;                  ///< There.
  std::optional<double> best_ask_price = {};   ///< None without asks.
  double best_ask_amount = 0;                  ///< There.
  std::optional<double> last_price = {};       ///< Of the last trade.
  double mark_price = 0;                       ///< That positions are valued at.
  double index_price = 0;                      ///< Of the underlying.
  double open_interest = 0;                    ///< Amount outstanding.
  std::optional<double> current_funding = {};  ///< Perpetuals only.
};

/// A book asked for, not kept. See: https://docs.deribit.com/#public-get_order_book
struct BookSnapshot {
  Ticker ticker = {};            ///< The prices around it.
  std::uint64_t change_id = 0;   ///< As of the `book.` channels; zero when the answer names none.
  std::vector<Level> bids = {};  ///< Best first.
  std::vector<Level> asks = {};  ///< Best first.
};

/// What to buy or sell. See: https://docs.deribit.com/#private-buy
struct OrderRequest {
  std::string instrument_name = {};  ///< Which.
  /// USD for perpetuals and inverse futures, else the base currency.
  double amount = 0;
  std::optional<double> price = {};                             ///< Limit; none = an order at market.
  std::string label = {};                                       ///< Yours, at most 64 characters.
  TimeInForce time_in_force = TimeInForce::good_til_cancelled;  ///< What becomes of the rest.
  bool post_only = false;         ///< Never trade at once: the price is moved below the spread.
  bool reject_post_only = false;  ///< With post_only: be refused rather than moved (11054).
  bool reduce_only = false;       ///< Only make a position smaller.
};

/// An order as it stands. See: https://docs.deribit.com/#private-get_order_state
struct Order {
  std::string order_id = {};             ///< Deribit's.
  std::string instrument_name = {};      ///< Which.
  Direction direction = Direction::buy;  ///< Which way.
  std::string order_type = {};           ///< `limit`, `market`, …
  std::string order_state = {};          ///< `open`, `filled`, `rejected`, `cancelled` or `untriggered`.
  std::string cancel_reason = {};        ///< Empty unless cancelled.
  std::optional<double> price = {};      ///< None at market.
  double amount = 0;                     ///< Wanted.
  double filled_amount = 0;              ///< Of it traded.
  double average_price = 0;              ///< Of what traded.
  std::string label = {};                ///< Yours.
  Timestamp creation_timestamp = 0;      ///< When it was placed.
  Timestamp last_update_timestamp = 0;   ///< When it changed last.
  /// It waits in the book.
  [[nodiscard]] bool is_open() const noexcept { return order_state == "open"; }
};

/// One of the account's trades. See: https://docs.deribit.com/#user-trades-instrument_name-interval
struct Trade {
  std::string trade_id = {};             ///< Deribit's.
  std::string order_id = {};             ///< Of the order that traded.
  std::string instrument_name = {};      ///< Which.
  Direction direction = Direction::buy;  ///< Which way.
  double price = 0;                      ///< At which.
  double amount = 0;                     ///< How much.
  double fee = 0;                        ///< Paid for it.
  Timestamp timestamp = 0;               ///< When.
};

/// An order that was placed or edited, and what of it traded at once.
struct Placed {
  Order order = {};                ///< As it stands after that.
  std::vector<Trade> trades = {};  ///< Oldest first.
};

/// What the account holds of an instrument. See: https://docs.deribit.com/#private-get_positions
struct Position {
  std::string instrument_name = {};  ///< Which.
  std::string direction = {};        ///< `buy`, `sell` or `zero`.
  double size = 0;                   ///< USD for futures, negative when sold; else the base currency.
  double average_price = 0;          ///< Of the trades that built it.
  double mark_price = 0;             ///< That it is valued at.
  double floating_profit_loss = 0;   ///< Not taken yet.
  double realized_profit_loss = 0;   ///< Taken.
  double initial_margin = 0;         ///< Held for it.
  double maintenance_margin = 0;     ///< Below which it is liquidated.
};

/// The account in one currency, amounts in it. See: https://docs.deribit.com/#private-get_account_summary
struct AccountSummary {
  std::string currency = {};      ///< Which.
  double balance = 0;             ///< Without what open positions have gained.
  double equity = 0;              ///< With it.
  double available_funds = 0;     ///< For new orders.
  double initial_margin = 0;      ///< Held.
  double maintenance_margin = 0;  ///< Least equity.
  double total_pl = 0;            ///< Profit and loss.
};

/// Whether orders are cancelled when the connection ends. See:
/// https://docs.deribit.com/#private-get_cancel_on_disconnect
struct CancelOnDisconnect {
  Scope scope = Scope::connection;  ///< Of what was asked.
  bool enabled = false;             ///< So it is.
};

}  // namespace zenws::adapters::deribit
