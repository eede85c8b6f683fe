#include "policy/retry.hpp"

#include <algorithm>

#include "policy/backoff.hpp"

namespace zenws::policy {

RetrySettings retry_settings(const Options& options) noexcept {
  return {options.retry_count, options.retry_delay,  options.max_backoff,
          options.jitter,      options.stable_after, options.reconnect_on_error};
}

void Retry::opened(TimePoint now) noexcept {
  open_since_ = now;
  was_open_ = true;
}

RetryDecision Retry::failed(const Error& error, Severity severity, std::chrono::milliseconds at_least, TimePoint now,
                            double random) {
  const bool stable = open_since_ != never && now - open_since_ >= settings_.stable_after;
  open_since_ = never;
  if (stable) {
    used_ = 0;
    waits_ = 0;
  }

  if (severity == Severity::fatal || settings_.retry_count == 0) return GiveUp{error};
  if (was_open_ && !settings_.reconnect_on_error) return GiveUp{error};
  if (settings_.retry_count != unlimited && used_ >= settings_.retry_count) {
    return GiveUp{Error{errc::max_reconnection_attempts, error.phase()}.with_cause(error)};
  }
  if (used_ != unlimited) ++used_;
  // A feed that was fine a moment ago is most likely fine again; everything else waits its turn.
  if (stable) return RetryAfter{used_, at_least};
  const auto delay = backoff_delay(settings_.retry_delay, settings_.max_backoff, waits_++);
  return RetryAfter{used_, std::max(with_jitter(delay, settings_.jitter, random), at_least)};
}

}  // namespace zenws::policy
