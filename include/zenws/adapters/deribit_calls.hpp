/// \file
/// Deribit's methods as values: what to ask, and how to read the answer. Deribit::call() and async_call() make them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <zenws/adapters/call.hpp>
#include <zenws/adapters/deribit_types.hpp>
#include <zenws/error.hpp>
#include <zenws/request.hpp>

namespace simdjson::dom {
class element;
}

namespace zenws::adapters::deribit {

/// A method of Deribit's.
template <class T>
using Call = adapters::Call<T>;

/// The server's time. See: https://docs.deribit.com/#public-get_time
[[nodiscard]] Call<Timestamp> get_time();
/// The version of the server's API. See: https://docs.deribit.com/#public-test
[[nodiscard]] Call<std::string> test();
/// What is traded in a currency (`any` = all); `kind` as Instrument::kind, empty = all. Asked rarely: Deribit allows
/// one each ten seconds. See: https://docs.deribit.com/#public-get_instruments
[[nodiscard]] Call<std::vector<Instrument>> get_instruments(std::string_view currency, std::string_view kind = {});
/// A book, at most `depth` levels a side. See: https://docs.deribit.com/#public-get_order_book
[[nodiscard]] Call<BookSnapshot> get_order_book(std::string_view instrument, std::size_t depth = 20);
/// An instrument's prices. See: https://docs.deribit.com/#public-ticker
[[nodiscard]] Call<Ticker> ticker(std::string_view instrument);

/// Buys. See: https://docs.deribit.com/#private-buy
[[nodiscard]] Call<Placed> buy(const OrderRequest& order);
/// Sells. See: https://docs.deribit.com/#private-sell
[[nodiscard]] Call<Placed> sell(const OrderRequest& order);
/// Changes an open order's amount and price. See: https://docs.deribit.com/#private-edit
[[nodiscard]] Call<Placed> edit(std::string_view order_id, double amount, double price);
/// Cancels an open order. See: https://docs.deribit.com/#private-cancel
[[nodiscard]] Call<Order> cancel(std::string_view order_id);
/// Cancels all open orders of the account; answers how many. See: https://docs.deribit.com/#private-cancel_all
[[nodiscard]] Call<std::size_t> cancel_all();
/// An order, open or not. See: https://docs.deribit.com/#private-get_order_state
[[nodiscard]] Call<Order> get_order_state(std::string_view order_id);
/// All open orders. See: https://docs.deribit.com/#private-get_open_orders
[[nodiscard]] Call<std::vector<Order>> get_open_orders();
/// What the account holds in a currency (`any` = all). See: https://docs.deribit.com/#private-get_positions
[[nodiscard]] Call<std::vector<Position>> get_positions(std::string_view currency = "any");
/// The account in a currency. See: https://docs.deribit.com/#private-get_account_summary
[[nodiscard]] Call<AccountSummary> get_account_summary(std::string_view currency);

/// Cancels this connection's orders when it ends. See: https://docs.deribit.com/#private-enable_cancel_on_disconnect
[[nodiscard]] Call<std::string> enable_cancel_on_disconnect(Scope scope = Scope::connection);
/// Does not any more. See: https://docs.deribit.com/#private-disable_cancel_on_disconnect
[[nodiscard]] Call<std::string> disable_cancel_on_disconnect(Scope scope = Scope::connection);
/// Whether it does. See: https://docs.deribit.com/#private-get_cancel_on_disconnect
[[nodiscard]] Call<CancelOnDisconnect> get_cancel_on_disconnect(Scope scope = Scope::connection);

/// Category of Deribit's own error codes, named "zenws.deribit": 10009 not_enough_funds, 10028 too_many_requests,
/// 11044 not_open_order, 13004 invalid_credentials, 13009 unauthorized, … See:
/// https://docs.deribit.com/#rpc-error-codes
[[nodiscard]] const std::error_category& error_category() noexcept;
/// The error that an answer tells: code() is Deribit's, the detail its text and reason. Requires: the answer has an
/// `error`.
[[nodiscard]] Error error_of(const simdjson::dom::element& answer);

/// Reads the answer to a call. Errors: the request's own; Deribit's, as error_of(); errc::protocol_error for an answer
/// that is not the method's.
template <class T>
[[nodiscard]] Result<T> interpret(const Call<T>& call, Result<Response> answer) {
  return adapters::interpret(call, std::move(answer), &error_of);
}

}  // namespace zenws::adapters::deribit
