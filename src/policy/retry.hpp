// Whether a client tries again, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <variant>

#include <zenws/error.hpp>
#include <zenws/options.hpp>

#include "base/clock.hpp"

namespace zenws::policy {

struct RetrySettings {
  int retry_count;
  std::chrono::milliseconds retry_delay;
  std::chrono::milliseconds max_backoff;
  double jitter;
  std::chrono::milliseconds stable_after;
  bool reconnect_on_error;
};
[[nodiscard]] RetrySettings retry_settings(const Options& options) noexcept;

struct RetryAfter {
  int attempt;  // 1 for the first retry
  std::chrono::milliseconds delay;
};
struct GiveUp {
  Error error;  // the last attempt's own, or max_reconnection_attempts with it inside when every retry was used
};
using RetryDecision = std::variant<RetryAfter, GiveUp>;

class Retry {
 public:
  explicit Retry(RetrySettings settings) noexcept : settings_{settings} {}

  // The connection opened.
  void opened(TimePoint now) noexcept;
  // The attempt failed, or the connection was lost. `severity`: of the error, by whoever decides that. `at_least`: what
  // the server asks for. `random` is uniform in [0, 1).
  [[nodiscard]] RetryDecision failed(const Error& error, Severity severity, std::chrono::milliseconds at_least,
                                     TimePoint now, double random);

 private:
  RetrySettings settings_;
  int used_ = 0;                  // retries since the last stable connection
  bool was_open_ = false;         // at any time: losses then follow reconnect_on_error
  std::uint64_t waits_ = 0;       // delays since the last stable connection: the immediate retry after it is none
  TimePoint open_since_ = never;  // never = not open
};

}  // namespace zenws::policy
