// What people write behind options, as settings of the library.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <zenws/dialect.hpp>
#include <zenws/heartbeat.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/recorder.hpp>

namespace zenws::program {

// In all of these nullopt or null: anything else.

// `N` or `unlimited`.
[[nodiscard]] std::optional<int> parse_retries(std::string_view text);
// `ping_pong`, `deribit` or `binance`, and how often: `ping_pong:20` is every 20 seconds, `ping_pong:500ms` takes
// units.
[[nodiscard]] std::optional<Heartbeat> parse_heartbeat(std::string_view text);
// `20/1s`: so many messages each so long, and the same number at once.
[[nodiscard]] std::optional<RateLimiterOptions> parse_rate_limit(std::string_view text);
// `deribit` or `binance`.
[[nodiscard]] std::shared_ptr<const Dialect> parse_dialect(std::string_view text);
// A factor above 0; `max` is infinite.
[[nodiscard]] std::optional<double> parse_speed(std::string_view text);
// `in` or `out`.
[[nodiscard]] std::optional<RecordedEntry::Direction> parse_direction(std::string_view text);

}  // namespace zenws::program
