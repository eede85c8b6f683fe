#include "policy/restart.hpp"

#include <string>
#include <utility>

#include "policy/backoff.hpp"

namespace zenws {

std::string_view to_string(Restart restart) noexcept {
  switch (restart) {
    case Restart::permanent:
      return "permanent";
    case Restart::transient:
      return "transient";
    case Restart::temporary:
      return "temporary";
  }
  return "unknown";
}

namespace policy {

namespace {

constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t no_code = 1005;

}  // namespace

bool is_normal_end(const Error& error) noexcept {
  const CloseReason* const close = error.close();
  return error == errc::disconnected && close != nullptr && (close->code == normal_closure || close->code == no_code);
}

void RestartPolicy::lost(TimePoint now) noexcept {
  const TimePoint since = std::exchange(open_since_, never);
  if (since != never && now - since >= settings_.stable_after) waits_ = 0;
}

Result<std::chrono::milliseconds> RestartPolicy::ended(const Error& error, TimePoint now, double random) {
  lost(now);
  const bool wanted =
      settings_.mode == Restart::permanent || (settings_.mode == Restart::transient && !is_normal_end(error));
  if (!wanted) return std::unexpected{error};
  while (!restarts_.empty() && now - restarts_.front() >= settings_.within) restarts_.pop_front();
  if (std::cmp_greater_equal(restarts_.size(), settings_.max_restarts)) {
    return std::unexpected{Error{errc::max_reconnection_attempts, error.phase(),
                                 "restarted " + std::to_string(restarts_.size()) + " times in " +
                                     std::to_string(settings_.within.count()) + " ms, which is max_restarts"}
                               .with_cause(error)};
  }
  restarts_.push_back(now);
  return with_jitter(backoff_delay(settings_.first_delay, settings_.longest_delay, waits_++), settings_.jitter, random);
}

}  // namespace policy

}  // namespace zenws
