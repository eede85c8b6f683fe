#include "simulators/deribit/channel.hpp"

#include <vector>

namespace zenws::simulators::deribit {

namespace {

using Kind = Channel::Kind;
using Parts = std::vector<std::string>;

Parts split(std::string_view name) {
  Parts parts;
  while (true) {
    const std::size_t dot = name.find('.');
    parts.emplace_back(name.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    name.remove_prefix(dot + 1);
  }
}

bool is_interval(const std::string& text) { return text == "raw" || text == "100ms" || text == "agg2"; }

// Prices are grouped by `none` only.
std::optional<Channel> read_book(const Parts& parts) {
  if (!is_interval(parts.back())) return std::nullopt;
  if (parts.size() == 3) return Channel{.kind = Kind::book, .instrument = parts[1], .is_raw = parts[2] == "raw"};
  if (parts.size() != 5 || parts[2] != "none" || parts[4] == "raw") return std::nullopt;
  if (parts[3] != "1" && parts[3] != "10" && parts[3] != "20") return std::nullopt;
  return Channel{.kind = Kind::book_top, .instrument = parts[1], .depth = std::stoul(parts[3])};
}

std::optional<Channel> read_user(const Parts& parts) {
  if (parts.size() < 4 || !is_interval(parts.back())) return std::nullopt;
  Channel channel{.kind = Kind::user_orders, .instrument = parts[2]};
  if (parts[1] == "trades") {
    channel.kind = Kind::user_trades;
  } else if (parts[1] != "orders") {
    return std::nullopt;
  }
  if (parts.size() == 4) return channel;
  if (parts.size() != 5 || parts[2] != "any" || parts[3] != "any") return std::nullopt;
  channel.instrument.clear();
  return channel;
}

}  // namespace

std::optional<Channel> read_channel(std::string_view name) {
  const Parts parts = split(name);
  if (parts.size() < 2 || parts[1].empty()) return std::nullopt;
  if (parts[0] == "book" && parts.size() >= 3) return read_book(parts);
  if (parts[0] == "user") return read_user(parts);
  if (parts[0] == "quote" && parts.size() == 2) return Channel{.kind = Kind::quote, .instrument = parts[1]};
  if (parts.size() != 3 || !is_interval(parts[2])) return std::nullopt;
  const bool is_raw = parts[2] == "raw";
  if (parts[0] == "ticker") return Channel{.kind = Kind::ticker, .instrument = parts[1], .is_raw = is_raw};
  if (parts[0] == "trades") return Channel{.kind = Kind::trades, .instrument = parts[1], .is_raw = is_raw};
  return std::nullopt;
}

}  // namespace zenws::simulators::deribit
