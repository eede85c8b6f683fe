// What a client told its on_lifecycle, kept so that a test can wait for an event.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <zenws/options.hpp>

namespace zenws::support {

/// Collects lifecycle events. Threads: any.
class LifecycleLog {
 public:
  /// For Options::on_lifecycle; may outlive this object.
  [[nodiscard]] std::function<void(const Lifecycle&)> recorder() const {
    return [state = state_](const Lifecycle& event) {
      const std::lock_guard lock{state->mutex};
      state->events.push_back(event);
      state->changed.notify_all();
    };
  }

  /// Waits for the next event of type `Event` and takes it; nullopt: none came in time.
  template <class Event>
  std::optional<Event> wait_for(std::chrono::milliseconds timeout) {
    std::unique_lock lock{state_->mutex};
    auto found = state_->events.end();
    const auto is_there = [&] {
      found = std::ranges::find_if(state_->events, [](const auto& event) { return holds<Event>(event); });
      return found != state_->events.end();
    };
    if (!state_->changed.wait_for(lock, timeout, is_there)) return std::nullopt;
    auto event = std::get<Event>(std::move(*found));
    state_->events.erase(found);
    return event;
  }

 private:
  template <class Event>
  static bool holds(const Lifecycle& event) {
    return std::holds_alternative<Event>(event);
  }

  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Lifecycle> events;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace zenws::support
