// What is traded, the account's orders, what it holds; events tell what became of it.
//
// One account trades against itself never (10003 order_overlap). Fees are zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <zenws/simulators/deribit_simulator.hpp>

#include "simulators/deribit/book.hpp"
#include "simulators/deribit/refusal.hpp"
#include "simulators/moment.hpp"

namespace zenws::simulators::deribit {

// https://docs.deribit.com/#private-buy
struct Order {
  std::string id = {};
  std::string instrument = {};
  Side side = Side::buy;
  std::string type = "limit";
  double price = 0;  // of a limit order
  double amount = 0;
  double filled = 0;
  double cost = 0;  // price times amount, of what is filled
  std::string label = {};
  std::string time_in_force = "good_til_cancelled";
  bool post_only = false;
  bool reject_post_only = false;
  bool reduce_only = false;
  bool replaced = false;
  std::string state = "open";
  std::string cancel_reason = {};
  std::uint64_t connection = 0;
  std::int64_t created = 0;  // milliseconds since 1970
  std::int64_t updated = 0;

  [[nodiscard]] bool is_open() const noexcept { return state == "open"; }
  [[nodiscard]] double left() const noexcept { return rounded(amount - filled); }
};

// https://docs.deribit.com/#trades-instrument_name-interval
struct Trade {
  std::uint64_t id = 0;
  std::string instrument = {};
  Side side = Side::buy;  // the taker's; in a trade of the account's, the account's
  double price = 0;
  double amount = 0;
  std::string order = {};  // the account's, when it is the account's
  bool maker = false;      // the account's part
  std::int64_t timestamp = 0;
};

struct Instrument {
  SimulatedInstrument terms;
  std::string currency;
  Book book;
  double last_price = 0;
  double position = 0;  // USD, negative when short
  double average_price = 0;
  double realized = 0;   // in the currency
  std::size_t skip = 0;  // changes that will not be told
  std::optional<Book::Change> last_change;
  std::deque<SimulatedBook> history;

  [[nodiscard]] double mark_price() const;
};

struct BookChanged {
  std::string instrument;
  Book::Change change;
};
struct Traded {
  Trade trade;
};
struct AccountTraded {
  Trade trade;
};
struct OrderChanged {
  Order order;
};
using Event = std::variant<BookChanged, Traded, AccountTraded, OrderChanged>;

class Exchange {
 public:
  explicit Exchange(const DeribitSimulatorOptions& options);

  [[nodiscard]] const std::map<std::string, Instrument, std::less<>>& instruments() const noexcept {
    return instruments_;
  }
  // Null: not traded.
  [[nodiscard]] Instrument* find(std::string_view instrument);
  [[nodiscard]] const Instrument* find(std::string_view instrument) const;
  [[nodiscard]] const std::map<std::uint64_t, Order>& orders() const noexcept { return orders_; }
  // Null: none of that id.
  [[nodiscard]] const Order* order(std::string_view id) const;

  struct Placed {
    Order order;
    std::vector<Trade> trades;
  };
  // `order` as the client wants it; checked here.
  std::expected<Placed, Refusal> place(Order order, const Moment& now);
  std::expected<Placed, Refusal> edit(std::string_view id, std::optional<double> amount, std::optional<double> price,
                                      const Moment& now);
  std::expected<Order, Refusal> cancel(std::string_view id, const char* reason, const Moment& now);
  void set_outside(std::string_view instrument, Side side, double price, double amount, const Moment& now);

  // In the order in which they happened.
  std::vector<Event> take_events();

  // The account in one currency.
  struct Summary {
    double balance = 0;
    double unrealized = 0;
    double initial_margin = 0;
  };
  [[nodiscard]] Summary summary(std::string_view currency) const;

 private:
  [[nodiscard]] std::optional<Refusal> broken_rule(const Instrument& instrument, const Order& order) const;
  [[nodiscard]] std::optional<Refusal> make_post_only(const Instrument& instrument, Order& order) const;
  [[nodiscard]] std::optional<double> limit_of(const Order& order) const;
  std::vector<Trade> match(Instrument& instrument, Order& order, const Moment& now);
  void fill_maker(Instrument& instrument, const Book::Fill& fill, Side taker, const Moment& now);
  void hold(Instrument& instrument, const Trade& trade);
  void settle(Instrument& instrument, Order& order, const Moment& now);
  void commit(Instrument& instrument);
  [[nodiscard]] Order* find_order(std::string_view id);
  Trade trade_of(const Instrument& instrument, Side side, double price, double amount, const Moment& now);

  const std::size_t history_;
  std::map<std::string, double, std::less<>> balances_;
  std::map<std::string, Instrument, std::less<>> instruments_;
  std::map<std::uint64_t, Order> orders_;  // by number, the last part of their ids
  std::vector<Event> events_;
  std::uint64_t last_order_ = 0;
  std::uint64_t last_trade_ = 0;
};

}  // namespace zenws::simulators::deribit
