#include "fleet/child.hpp"

#include <utility>
#include <variant>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace zenws::fleet {

namespace {

policy::RestartSettings settings_of(const ChildOptions& supervision, const Options& options) {
  return {.mode = supervision.restart,
          .max_restarts = supervision.max_restarts,
          .within = bounded(supervision.within),
          .first_delay = bounded(options.retry_delay),
          .longest_delay = bounded(options.max_backoff),
          .jitter = options.jitter,
          .stable_after = bounded(options.stable_after)};
}

}  // namespace

Result<> validate(const ChildOptions& supervision) {
  if (supervision.max_restarts < 0) {
    return std::unexpected{Error{errc::invalid_config, Phase::config, "Max restarts must be non-negative"}};
  }
  if (supervision.within.count() <= 0) {
    return std::unexpected{Error{errc::invalid_config, Phase::config, "The time of max restarts must be positive"}};
  }
  return {};
}

Child::Child(std::weak_ptr<Owner> owner, ChildOptions supervision, const Options& options, Beginning beginning,
             OnLifecycle on_lifecycle)
    : owner_{std::move(owner)},
      supervision_{std::move(supervision)},
      on_lifecycle_{std::move(on_lifecycle)},
      policy_{settings_of(supervision_, options)},
      restartable_{beginning == Beginning::may_fail} {}

Result<std::chrono::milliseconds> Child::restart_after(const Error& error) {
  if (!restartable_) return std::unexpected{error};
  auto delay = policy_.ended(error, Clock::now(), random_unit());
  const std::lock_guard lock{mutex_};
  last_error_ = error;
  return delay;
}

void Child::tell(const ClientRef& client, const Lifecycle& event) {
  if (on_lifecycle_) on_lifecycle_(client, event);
}

void Child::happened(const ClientRef& client, const Lifecycle& event) {
  if (std::holds_alternative<Connected>(event)) {
    restartable_ = true;
    policy_.opened(Clock::now());
  } else if (std::holds_alternative<Disconnected>(event)) {
    policy_.lost(Clock::now());
  } else if (std::holds_alternative<Stopped>(event)) {
    if (const auto owner = owner_.lock()) owner->child_ended(client);
  }
}

Result<Client> Child::connect_again(std::string_view url, const Options& options) {
  const auto owner = owner_.lock();
  if (!owner) return std::unexpected{Error{errc::closed, Phase::none, "its supervisor has ended"}};
  return owner->start_client(url, options, supervision_);
}

std::optional<Error> Child::last_error() const {
  const std::lock_guard lock{mutex_};
  return last_error_;
}

}  // namespace zenws::fleet
