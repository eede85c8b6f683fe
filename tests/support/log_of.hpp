// Collects what callbacks tell, from any thread, and waits for it: the tests' ear.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <zenws/options.hpp>

namespace zenws::testing {

// Long enough for any machine; only a failing test ever waits for all of it.
inline constexpr std::chrono::seconds patience{20};

template <class T>
class LogOf {
 public:
  void add(T entry) {
    const std::lock_guard lock{mutex_};
    entries_.push_back(std::move(entry));
    changed_.notify_all();  // under the lock: who waits may destroy us right after
  }
  [[nodiscard]] std::vector<T> all() const {
    const std::lock_guard lock{mutex_};
    return entries_;
  }
  [[nodiscard]] std::size_t size() const { return all().size(); }
  void clear() {
    const std::lock_guard lock{mutex_};
    entries_.clear();
  }
  // True once `predicate` holds for the entries.
  template <class Predicate>
  bool wait_until(Predicate predicate) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return predicate(entries_); });
  }
  bool wait_for_size(std::size_t size) {
    return wait_until([size](const std::vector<T>& entries) { return entries.size() >= size; });
  }
  bool wait_for(const T& entry) {
    return wait_until(
        [&](const std::vector<T>& entries) { return std::ranges::find(entries, entry) != entries.end(); });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> entries_;
};

inline std::string words(const std::vector<std::string>& channels) {
  std::string text;
  for (const std::string& channel : channels) text += " " + channel;
  return text;
}

// A lifecycle event in a few words: "connected 1", "disconnected 1006", "reconnecting 1", "degraded A B", "stopped".
inline std::string words(const Lifecycle& event) {
  return std::visit(overloaded{[](const Connected& e) { return "connected " + std::to_string(e.epoch); },
                               [](const Disconnected& e) { return "disconnected " + std::to_string(e.close_code); },
                               [](const Reconnecting& e) { return "reconnecting " + std::to_string(e.attempt); },
                               [](const Restarting& e) { return "restarting " + std::to_string(e.restart); },
                               [](const Rotated& e) { return "rotated " + std::to_string(e.epoch); },
                               [](const Degraded& e) { return "degraded" + words(e.channels); },
                               [](const Restored& e) { return "restored" + words(e.channels); },
                               [](const SubscriptionRejected& e) { return "rejected " + e.channel; },
                               [](const Stopped&) { return std::string{"stopped"}; }},
                    event);
}

}  // namespace zenws::testing
