// Names of channels: what there is to subscribe to, and what it is about.
//
// https://docs.deribit.com/#subscriptions, https://docs.deribit.com/articles/notifications
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zenws::simulators::deribit {

struct Channel {
  enum class Kind : std::uint8_t { book, book_top, ticker, quote, trades, user_orders, user_trades };
  Kind kind = Kind::book;
  std::string instrument = {};  // empty: any
  std::size_t depth = 0;        // of book_top
  bool is_raw = false;

  [[nodiscard]] bool is_private() const noexcept { return kind == Kind::user_orders || kind == Kind::user_trades; }
  [[nodiscard]] bool is_about(std::string_view name) const noexcept { return instrument.empty() || instrument == name; }
};

// nullopt: no such channel. Whether the instrument is traded is not known here.
[[nodiscard]] std::optional<Channel> read_channel(std::string_view name);

}  // namespace zenws::simulators::deribit
