#include "command_line/option_values.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>

#include <zenws/options.hpp>

#include "console/duration.hpp"

namespace zenws::program {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_refill = std::chrono::hours{24 * 365};  // RateLimiterOptions::refill_interval's bound

template <std::integral T>
std::optional<T> parse_number(std::string_view text) {
  T number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// More than nothing. A bare number counts seconds.
std::optional<milliseconds> parse_interval(std::string_view text) {
  auto interval = parse_duration(text);
  if (!interval) interval = parse_duration(std::string{text} + "s");
  return interval && *interval > milliseconds{0} ? interval : std::nullopt;
}

std::optional<HeartbeatType> type_of(std::string_view name) {
  for (const HeartbeatType type : {HeartbeatType::ping_pong, HeartbeatType::deribit, HeartbeatType::binance}) {
    if (name == to_string(type)) return type;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> parse_retries(std::string_view text) {
  if (text == "unlimited") return unlimited;
  const auto number = parse_number<int>(text);
  return number && *number >= 0 ? number : std::nullopt;
}

std::optional<Heartbeat> parse_heartbeat(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto type = type_of(text.substr(0, colon));
  if (!type) return std::nullopt;
  if (colon == std::string_view::npos) return Heartbeat{.type = *type};
  const auto interval = parse_interval(text.substr(colon + 1));
  if (!interval) return std::nullopt;
  return Heartbeat{.type = *type, .interval = *interval};
}

std::optional<RateLimiterOptions> parse_rate_limit(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto number = parse_number<std::uint64_t>(text.substr(0, slash));
  const auto interval = parse_interval(text.substr(slash + 1));
  if (!number || *number == 0 || !interval || *interval > longest_refill) return std::nullopt;
  return RateLimiterOptions{.tokens = *number, .refill_rate = *number, .refill_interval = *interval};
}

std::shared_ptr<const Dialect> parse_dialect(std::string_view text) {
  if (text == "deribit") return Dialect::deribit();
  if (text == "binance") return Dialect::binance();
  return nullptr;
}

std::optional<double> parse_speed(std::string_view text) {
  if (text == "max") return std::numeric_limits<double>::infinity();
  double speed = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), speed, std::chars_format::fixed);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(speed) && speed > 0 ? std::optional{speed} : std::nullopt;
}

std::optional<RecordedEntry::Direction> parse_direction(std::string_view text) {
  for (const auto direction : {RecordedEntry::Direction::in, RecordedEntry::Direction::out}) {
    if (text == to_string(direction)) return direction;
  }
  return std::nullopt;
}

}  // namespace zenws::program
