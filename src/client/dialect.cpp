// What a venue's language is when the venue has nothing of its own: JSON-RPC 2.0 replies.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <zenws/dialect.hpp>

#include "client/dialect_parts.hpp"
#include "json/envelope.hpp"
#include "json/outgoing.hpp"

namespace zenws {

namespace {

// Of a `result` that lists texts: those of it that were asked for. Nullopt: it is something else.
std::optional<SubscribeAnswer> read_list(const simdjson::dom::element& result, std::span<const std::string> asked) {
  simdjson::dom::array list;
  if (result.get(list) != simdjson::SUCCESS) return std::nullopt;
  std::unordered_set<std::string_view> missing{asked.begin(), asked.end()};
  SubscribeAnswer answer;
  for (const auto value : list) {
    std::string_view channel;
    if (value.get(channel) != simdjson::SUCCESS) return std::nullopt;
    if (missing.erase(channel) != 0) answer.confirmed.emplace_back(channel);
  }
  if (!missing.empty()) answer.reason = "the server's answer does not list it";
  return answer;
}

}  // namespace

Result<RequestIdView> Dialect::request_id(const simdjson::dom::element& request) const {
  return json::id_of_request(request);
}

Reading Dialect::read(const simdjson::dom::element& message) const {
  return client::read_reply(json::read_envelope(message));
}

std::optional<std::uint64_t> Dialect::update_id(const simdjson::dom::element&) const { return std::nullopt; }

Greeting Dialect::greet() const { return {}; }

Heartbeat Dialect::heartbeat() const { return {}; }

std::uint64_t Dialect::cost(std::string_view) const { return 1; }

SubscribeAnswer Dialect::answer(const simdjson::dom::element& reply, std::span<const std::string> asked) const {
  const json::Envelope envelope = json::read_envelope(reply);
  if (json::has_failed(envelope)) {
    return {.confirmed = {}, .reason = client::reason_of(json::read_refusal(*envelope.error))};
  }
  if (!envelope.result) return {.confirmed = {}, .reason = "the reply has neither result nor error"};
  if (auto listed = read_list(*envelope.result, asked)) return std::move(*listed);
  return {.confirmed = {asked.begin(), asked.end()}, .reason = {}};
}

}  // namespace zenws
