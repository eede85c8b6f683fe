// What several dialects say alike: requests for `{"channels":[…]}`, replies, notifications about a channel, reasons.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <zenws/dialect.hpp>

#include "json/envelope.hpp"

namespace zenws::client {

// `{"jsonrpc":"2.0","id":…,"method":…,"params":{"channels":[…]}}`.
[[nodiscard]] std::string channels_request(std::string_view method, std::span<const std::string> channels,
                                           std::int64_t id);

// A reply, or other.
[[nodiscard]] Reading read_reply(const json::Envelope& envelope) noexcept;
// `params.channel` of a notification; nullopt: it is none, or about no channel.
[[nodiscard]] std::optional<std::string_view> notified_channel(const json::Envelope& envelope) noexcept;

// A refusal for people: `CODE: MESSAGE`.
[[nodiscard]] std::string reason_of(const json::Refusal& refusal);

// The number at `key`. Nullopt: it has none, or it is no object.
[[nodiscard]] std::optional<std::uint64_t> number_at(const simdjson::dom::element& value,
                                                     std::string_view key) noexcept;

}  // namespace zenws::client
