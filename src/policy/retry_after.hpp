// How long a server that refused the upgrade asks to be left alone.
#pragma once

#include <chrono>
#include <optional>

#include <zenws/error.hpp>

namespace zenws::policy {

// The longest wait that a server can ask for.
inline constexpr std::chrono::hours longest_retry_after{24};

// What Retry-After (RFC 9110 §10.2.3) asks for: seconds, or a date in one of the three forms of §5.6.7. Zero when the
// date has passed. nullopt: the status is neither 429 nor 503, or the header is missing or not understood. `now` is
// wall time.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after(const Error& error,
                                                                   std::chrono::system_clock::time_point now);

}  // namespace zenws::policy
