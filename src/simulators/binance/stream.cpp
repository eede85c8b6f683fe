#include "simulators/binance/stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ignoring_case.hpp"

namespace zenws::simulators::binance {

namespace {

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    if (end != 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// The value of `name=`; nullopt: it is not in the query.
std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  for (const std::string& part : split(query, '&')) {
    const std::string_view text = part;
    if (text.starts_with(name) && text.substr(name.size()).starts_with('=')) return part.substr(name.size() + 1);
  }
  return std::nullopt;
}

// A stream's `@` may be escaped in a query.
std::string unescaped(std::string text) {
  for (std::size_t at = text.find("%40"); at != std::string::npos; at = text.find("%40", at)) text.replace(at, 3, "@");
  return text;
}

}  // namespace

std::optional<TopStream> read_top_stream(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 3> depths{
      {{"@depth5", 5}, {"@depth10", 10}, {"@depth20", 20}}};
  TopStream stream;
  constexpr std::string_view fast = "@100ms";
  if (name.ends_with(fast)) {
    stream.is_fast = true;
    name.remove_suffix(fast.size());
  }
  for (const auto& [suffix, depth] : depths) {
    if (!name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    stream.depth = depth;
    stream.symbol.resize(name.size());
    std::ranges::transform(name, stream.symbol.begin(), upper);
    return stream;
  }
  return std::nullopt;
}

std::string stream_name(std::string_view symbol, std::string_view suffix) {
  std::string name{symbol};
  std::ranges::transform(name, name.begin(), in_lower_case);
  return name.append(suffix);
}

std::optional<Target> read_target(std::string_view target) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  constexpr std::string_view raw = "/ws/";
  if (path == "/ws") return Target{};
  if (path.starts_with(raw)) return Target{.streams = split(unescaped(std::string{path.substr(raw.size())}), '/')};
  if (path == "/stream" || path == "/stream/") {
    return Target{.is_combined = true, .streams = split(unescaped(parameter(query, "streams").value_or("")), '/')};
  }
  if (path != "/ws-api/v3") return std::nullopt;
  return Target{.kind = Target::Kind::api, .shows_limits = parameter(query, "returnRateLimits") != "false"};
}

}  // namespace zenws::simulators::binance
