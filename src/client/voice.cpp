#include "client/voice.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/contain.hpp"
#include "base/logger.hpp"

namespace zenws::client {

Voice::Voice(std::uint64_t id, const std::string& url, const Settings& settings,
             std::shared_ptr<Supervision> supervision, Counters& counters)
    : id_{id},
      url_{url},
      settings_{settings},
      supervision_{std::move(supervision)},
      counters_{counters},
      events_{{id, settings.own<&Options::name>(), settings.own<&Options::labels>()}, url, counters} {}

void Voice::tell(const Lifecycle& event) {
  events_.happened(event);
  const auto& on_lifecycle = settings_.own<&Options::on_lifecycle>();
  if (silence() != Silence::callbacks && on_lifecycle) contain([&] { on_lifecycle(event); });
  if (!supervision_ || !ref_) return;
  contain([&] { supervision_->tell(*ref_, event); });
  supervision_->happened(*ref_, event);
}

void Voice::join() {
  if (const auto& on_connect = settings_.own<&Options::on_connect>()) contain([&] { on_connect(*ref_); });
}

void Voice::leave() {
  if (const auto& on_disconnect = settings_.own<&Options::on_disconnect>()) contain([&] { on_disconnect(*ref_); });
}

void Voice::contain(const std::function<void()>& call) {
  const auto called = contained(call);
  if (!called) failed("on_lifecycle", "Lifecycle callback error", called.error().what);
}

void Voice::failed(std::string_view callback, std::string_view title, std::string_view what) {
  counters_.handler_failures.add(1);
  log(LogLevel::warning, fmt::format("{}: {}", title, what));
  events_.handler_failed(callback, what);
}

void Voice::silence(Silence silence) noexcept {
  Silence before = silence_.load(std::memory_order_relaxed);
  while (before < silence && !silence_.compare_exchange_weak(before, silence)) {
  }
}

void Voice::log(LogLevel level, std::string_view text) const {
  if (!has_logger() || (level == LogLevel::debug && !settings_.options().debug)) return;
  const std::string& name = settings_.own<&Options::name>();
  const std::string called = name.empty() ? "" : fmt::format(" ({})", name);
  write_log(level, fmt::format("client {}{} {}: {}", id_, called, url_, text));
}

bool Voice::debugs() const noexcept { return settings_.options().debug && has_logger(); }

}  // namespace zenws::client
