// See binance_repeats.hpp.
#include "adapters/binance_repeats.hpp"

#include <algorithm>
#include <utility>

#include "adapters/binance_payload.hpp"
#include "adapters/fields.hpp"

namespace zenws::adapters::binance {

using simdjson::SUCCESS;
using simdjson::dom::element;

namespace {

std::optional<std::uint64_t> id_of(const element& payload, std::string_view name) {
  std::uint64_t id = 0;
  return payload[name].get(id) == SUCCESS ? std::optional{id} : std::nullopt;
}

}  // namespace

bool SeenIds::is_new(std::uint64_t id) {
  const auto last = guard_.last();
  switch (guard_.see(id)) {
    case Sequence::first:
    case Sequence::in_order:
      return true;
    case Sequence::duplicate:
      return missing_.erase(id) != 0;
    case Sequence::gap:
      break;
  }
  const std::uint64_t first = std::max(*last + 1, id - std::min(id, most_missing));
  for (std::uint64_t left_out = first; left_out < id; ++left_out) missing_.insert(left_out);
  while (missing_.size() > most_missing) missing_.erase(missing_.begin());
  guard_.restart(id);
  return true;
}

bool Repeats::is_repeat(const Message& message) {
  const auto payload = payload_of(message);
  if (!payload) return false;
  const std::string_view event = event_of(*payload);
  const bool is_trade = event == "trade";
  if (is_trade || event == "aggTrade") {
    const auto id = id_of(*payload, is_trade ? "t" : "a");
    const std::string feed = std::string{event}.append(Fields{*payload}.text("s"));
    if (!id || (trades_.size() >= most_feeds && !trades_.contains(feed))) return false;
    return !trades_[feed].is_new(*id);
  }
  const auto update = event.empty() ? id_of(*payload, "u") : std::nullopt;
  const std::string symbol = update ? Fields{*payload}.text("s") : std::string{};
  if (!update || (quotes_.size() >= most_feeds && !quotes_.contains(symbol))) return false;
  const auto [last, is_first] = quotes_.try_emplace(symbol, *update);
  if (!is_first && *update <= last->second) return true;
  last->second = *update;
  return false;
}

}  // namespace zenws::adapters::binance
