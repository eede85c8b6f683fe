#include "client/dialect_parts.hpp"

#include <fmt/format.h>

#include <zenws/json_text.hpp>

namespace zenws::client {

std::string channels_request(std::string_view method, std::span<const std::string> channels, std::int64_t id) {
  return json::Object{}
      .add("jsonrpc", "2.0")
      .add("id", id)
      .add("method", method)
      .add("params", json::Object{}.add("channels", channels))
      .text();
}

Reading read_reply(const json::Envelope& envelope) noexcept {
  const auto id = json::reply_id(envelope);
  return id ? Reading{.kind = Reading::Kind::reply, .id = id} : Reading{};
}

std::optional<std::string_view> notified_channel(const json::Envelope& envelope) noexcept {
  if (!json::as_text(envelope.method) || json::as_id(envelope.id) || !envelope.params) return std::nullopt;
  std::string_view channel;
  if (envelope.params->at_key("channel").get(channel) != simdjson::SUCCESS || channel.empty()) return std::nullopt;
  return channel;
}

std::string reason_of(const json::Refusal& refusal) {
  if (refusal.message.empty() && refusal.code == 0) return "refused without a reason";
  if (refusal.code == 0) return std::string{refusal.message};
  if (refusal.message.empty()) return fmt::format("{}", refusal.code);
  return fmt::format("{}: {}", refusal.code, refusal.message);
}

std::optional<std::uint64_t> number_at(const simdjson::dom::element& value, std::string_view key) noexcept {
  simdjson::dom::object object;
  std::uint64_t number = 0;
  if (value.get(object) != simdjson::SUCCESS || object[key].get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

}  // namespace zenws::client
