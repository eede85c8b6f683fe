// All that is known of an option, in its one row: what it is called, how it is shown, what it must be, who holds it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <zenws/options.hpp>

#include "base/member_count.hpp"
#include "client/options_checks.hpp"
#include "client/options_shown.hpp"

namespace zenws::client {

enum class Place : std::uint8_t {
  shared,   // by all clients that were told the same
  own,      // the client's, in a block that is there when any of these was given
  at_hand,  // the client's, asked for with each message
};

template <auto option>
using ValueOf = std::remove_cvref_t<decltype(std::declval<const Options&>().*option)>;

template <auto option, Place held>
struct Row {
  using Value = ValueOf<option>;
  static constexpr auto member = option;
  static constexpr Place place = held;

  std::string_view name;
  Result<> (*check)(std::string_view name, const Value&, const Options&);
  std::string (*show)(const Value&);
};

template <auto option, Place held = Place::shared>
constexpr Row<option, held> row(std::string_view name,
                                Result<> (*check)(std::string_view, const ValueOf<option>&, const Options&) = anything,
                                std::string (*show)(const ValueOf<option>&) = shown) {
  return {name, check, show};
}

template <auto option, Place held = Place::own>
constexpr Row<option, held> callback(std::string_view name) {
  return {name, anything, given};
}

// In the order in which they are checked and shown, which is that of the struct.
inline constexpr std::tuple option_rows{
    row<&Options::timeout>("timeout", positive),
    row<&Options::retry_count>("retry_count", non_negative, shown_count),
    row<&Options::retry_delay>("retry_delay", positive),
    row<&Options::heartbeat_interval>("heartbeat_interval", positive),
    row<&Options::max_backoff>("max_backoff", a_longest_delay),
    row<&Options::request_timeout>("request_timeout", positive),
    row<&Options::latency_buffer_size>("latency_buffer_size", positive),
    row<&Options::headers>("headers", good_headers),
    row<&Options::debug>("debug"),
    row<&Options::reconnect_on_error>("reconnect_on_error"),
    row<&Options::restore_subscriptions>("restore_subscriptions"),
    row<&Options::heartbeat>("heartbeat", a_heartbeat),
    row<&Options::max_missed_heartbeats>("max_missed_heartbeats", non_negative),
    row<&Options::idle_timeout>("idle_timeout", non_negative),
    row<&Options::jitter>("jitter", a_share),
    row<&Options::stable_after>("stable_after", non_negative),
    row<&Options::connect_deadline>("connect_deadline", non_negative),
    row<&Options::max_age>("max_age", non_negative),
    row<&Options::close_timeout>("close_timeout", positive),
    row<&Options::max_message_size>("max_message_size", positive),
    row<&Options::send_queue_limit>("send_queue_limit", positive),
    row<&Options::mailbox_limit>("mailbox_limit", positive),
    row<&Options::mailbox_bytes>("mailbox_bytes", positive),
    row<&Options::mailbox_overflow>("mailbox_overflow"),
    row<&Options::handover_bytes>("handover_bytes", positive),
    row<&Options::record_to>("record_to", anything, shown_file),
    row<&Options::record>("record", good_record),
    row<&Options::decode_json>("decode_json"),
    row<&Options::tls>("tls", good_tls),
    row<&Options::subprotocols>("subprotocols", good_subprotocols, shown_hidden),
    row<&Options::compression>("compression", a_compression),
    row<&Options::message_timeout>("message_timeout", non_negative),
    callback<&Options::endpoint_provider>("endpoint_provider"),
    callback<&Options::handler, Place::at_hand>("handler"),
    row<&Options::handler_failure>("handler_failure"),
    callback<&Options::on_lifecycle>("on_lifecycle"),
    callback<&Options::on_connect>("on_connect"),
    callback<&Options::on_disconnect>("on_disconnect"),
    callback<&Options::retry_policy>("retry_policy"),
    callback<&Options::authenticate>("authenticate"),
    row<&Options::dialect>("dialect", anything, [](const auto& dialect) { return given(dialect, "deribit"); }),
    row<&Options::subscribe_batch_size>("subscribe_batch_size", positive),
    row<&Options::subscribe_batch_delay>("subscribe_batch_delay", non_negative),
    row<&Options::silence_timeout>("silence_timeout", non_negative),
    row<&Options::rate_limiter>("rate_limiter", anything, given),
    row<&Options::runtime>("runtime", anything, [](Runtime* const& runtime) { return given(runtime, "shared"); }),
    row<&Options::name, Place::own>("name", a_name, shown_name_of_client),
    row<&Options::labels, Place::own>("labels", good_labels),
};

// Calls `f` with each row.
template <class F>
constexpr void for_each_option(const F& f) {
  std::apply([&f](const auto&... rows) { (f(rows), ...); }, option_rows);
}

// Does not compile when one option has two rows, which would hide that another has none.
template <class... Rows>
struct Distinct : Rows... {
  explicit Distinct(const std::tuple<Rows...>&) {}
  static constexpr std::size_t count = sizeof...(Rows);
};
inline constexpr std::size_t row_count = decltype(Distinct{option_rows})::count;
static_assert(row_count == member_count<Options>(), "an option has no row, or a row no option: see option_rows");

}  // namespace zenws::client
