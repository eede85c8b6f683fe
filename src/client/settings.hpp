// What a client was told: what is its own, and the rest, which all clients that were told the same share.
#pragma once

#include <memory>
#include <tuple>

#include <zenws/options.hpp>

#include "client/options_table.hpp"

namespace zenws::client {

// The value of one option, told from the others by its type.
template <auto option>
struct Slot {
  ValueOf<option> value = {};
};

// A tuple of a Slot for each option whose place is Place::own.
template <class Row>
using SlotsOf = std::conditional_t<Row::place == Place::own, std::tuple<Slot<Row::member>>, std::tuple<>>;
template <class... Rows>
auto own_slots(const std::tuple<Rows...>&) -> decltype(std::tuple_cat(std::declval<SlotsOf<Rows>>()...));
using Own = decltype(own_slots(option_rows));

// Thousands of clients usually differ in what is their own: the kilobyte of the rest is there once.
class Settings {
 public:
  explicit Settings(Options&& options);

  // Without what is the client's own: that is empty there.
  [[nodiscard]] const Options& options() const noexcept { return *shared_; }
  [[nodiscard]] const Handler& handler() const noexcept { return handler_; }
  // Of one whose place is Place::own.
  template <auto option>
  [[nodiscard]] const ValueOf<option>& own() const noexcept {
    return std::get<Slot<option>>(own_ ? *own_ : nothing()).value;
  }
  // As they were given.
  [[nodiscard]] Options all() const;

 private:
  [[nodiscard]] static const Own& nothing() noexcept;

  const Handler handler_;
  const std::unique_ptr<const Own> own_;  // null: none was given
  const std::shared_ptr<const Options> shared_;
};

}  // namespace zenws::client
