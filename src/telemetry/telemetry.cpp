// The process's one table of attached functions, and how they are called without a lock held.
#include "telemetry/telemetry.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/contain.hpp"
#include "base/logger.hpp"

namespace zenws::telemetry {

namespace {

constexpr auto names = std::to_array<std::string_view>({
    "zen_websocket.connection.attempt",
    "zen_websocket.connection.upgrade",
    "zen_websocket.connection.open",
    "zen_websocket.connection.close",
    "zen_websocket.connection.disconnect",
    "zen_websocket.connection.reconnect_scheduled",
    "zen_websocket.connection.restart_scheduled",
    "zen_websocket.connection.stopped",
    "zen_websocket.connection.rotated",
    "zen_websocket.connection.rotation_failed",
    "zen_websocket.message.in",
    "zen_websocket.message.out",
    "zen_websocket.handler.exception",
    "zen_websocket.handler.slow",
    "zen_websocket.send_queue.high",
    "zen_websocket.send_queue.low",
    "zen_websocket.mailbox.full",
    "zen_websocket.heartbeat.sent",
    "zen_websocket.heartbeat.pong",
    "zen_websocket.heartbeat.missed",
    "zen_websocket.subscription_manager.add",
    "zen_websocket.subscription_manager.remove",
    "zen_websocket.subscription_manager.restore",
    "zen_websocket.subscription_manager.confirmed",
    "zen_websocket.subscription_manager.rejected",
    "zen_websocket.request_correlator.track",
    "zen_websocket.request_correlator.resolve",
    "zen_websocket.request_correlator.timeout",
    "zen_websocket.request_correlator.fail_all",
    "zen_websocket.rate_limiter.consume",
    "zen_websocket.rate_limiter.refill",
    "zen_websocket.rate_limiter.queue",
    "zen_websocket.rate_limiter.queue_full",
    "zen_websocket.rate_limiter.pressure",
    "zen_websocket.pool.route",
    "zen_websocket.pool.health",
    "zen_websocket.pool.failover",
    "zen_websocket.recorder.flush",
    "zen_websocket.recorder.error",
});
static_assert(names.size() == static_cast<std::size_t>(Name::recorder_error) + 1, "a name for each Name");
static_assert(names.size() <= 64, "a bit for each Name");

struct Attached {
  std::string id;
  std::uint64_t events;
  Function fn;
  int running = 0;  // guarded by the table's mutex, like `gone`
  bool gone = false;
};

struct Table {
  std::mutex mutex;
  std::condition_variable call_ended;
  std::vector<std::shared_ptr<Attached>> attached;
};

// Never destroyed: loops may still have something to tell while the process ends.
Table& table() {
  static Table& instance = *new Table;
  return instance;
}

// This thread is inside an attached function. What that causes is not told, or it might tell itself for ever.
constinit thread_local bool is_telling = false;

std::unexpected<Error> refused(errc code, std::string detail) {
  return std::unexpected{Error{code, Phase::config, std::move(detail)}};
}

// Requires: the table's mutex is held.
void publish_wanted() {
  std::uint64_t wanted = 0;
  for (const auto& attached : table().attached) wanted |= attached->events;
  wanted_events.store(wanted, std::memory_order_relaxed);
}

// Requires: the table's mutex is held.
void remove(Attached& attached) {
  attached.gone = true;
  std::erase_if(table().attached, [&](const auto& other) { return other.get() == &attached; });
  publish_wanted();
}

std::vector<std::shared_ptr<Attached>> attached_to(std::uint64_t event) {
  std::vector<std::shared_ptr<Attached>> found;
  const std::lock_guard lock{table().mutex};
  std::ranges::copy_if(table().attached, std::back_inserter(found),
                       [event](const auto& attached) { return (attached->events & event) != 0; });
  return found;
}

// False when it has thrown.
bool call(const Attached& attached, const Event& event) noexcept {
  const auto called = contained([&] { attached.fn(event); });
  if (called) return true;
  write_log(LogLevel::warning, fmt::format("Telemetry handler {} is detached: {}", attached.id, called.error().what));
  return false;
}

void call_unless_gone(Attached& attached, const Event& event) noexcept {
  {
    const std::lock_guard lock{table().mutex};
    if (attached.gone) return;
    ++attached.running;
  }
  is_telling = true;
  const bool survives = call(attached, event);
  is_telling = false;
  const std::lock_guard lock{table().mutex};
  --attached.running;
  if (!survives && !attached.gone) remove(attached);
  table().call_ended.notify_all();
}

}  // namespace

std::optional<double> Event::measurement(std::string_view wanted) const noexcept {
  const auto found = std::ranges::find(measurements, wanted, &Measurement::name);
  return found == measurements.end() ? std::nullopt : std::optional{found->value};
}

std::string_view Event::text(std::string_view wanted) const noexcept {
  const auto found = std::ranges::find(metadata, wanted, &Metadata::name);
  return found == metadata.end() ? std::string_view{} : found->value;
}

std::span<const std::string_view> events() noexcept { return names; }

Result<> attach_many(std::string id, std::span<const std::string_view> events, Function fn) {
  if (!fn) return refused(errc::invalid_config, "Telemetry function is required");
  std::uint64_t wanted = 0;
  for (const std::string_view event : events) {
    const auto* const found = std::ranges::find(names, event);
    if (found == names.end()) return refused(errc::invalid_config, fmt::format("No telemetry event {}", event));
    wanted |= bit_of(static_cast<Name>(found - names.begin()));
  }
  auto attached = std::make_shared<Attached>(std::move(id), wanted, std::move(fn));
  const std::lock_guard lock{table().mutex};
  if (std::ranges::any_of(table().attached, [&](const auto& other) { return other->id == attached->id; })) {
    return refused(errc::invalid_config, fmt::format("Telemetry handler {} is attached already", attached->id));
  }
  table().attached.push_back(std::move(attached));
  publish_wanted();
  return {};
}

Result<> attach_many(std::string id, std::initializer_list<std::string_view> events, Function fn) {
  return attach_many(std::move(id), std::span{events.begin(), events.size()}, std::move(fn));
}

Result<> attach(std::string id, std::string_view event, Function fn) {
  return attach_many(std::move(id), {event}, std::move(fn));
}

Result<> detach(std::string_view id) {
  std::shared_ptr<Attached> going;  // its function may be the user's last reference to something: after the lock
  std::unique_lock lock{table().mutex};
  const auto found = std::ranges::find_if(table().attached, [id](const auto& other) { return other->id == id; });
  if (found == table().attached.end()) return refused(errc::not_found, fmt::format("No telemetry handler {}", id));
  going = *found;
  remove(*going);
  if (!is_telling) table().call_ended.wait(lock, [&] { return going->running == 0; });
  return {};
}

void emit(Name name, std::span<const Measurement> measurements, std::span<const Metadata> metadata) noexcept {
  if (!is_attached(name) || is_telling) return;
  const Event event{names[static_cast<std::size_t>(name)], measurements, metadata};
  for (const auto& attached : attached_to(bit_of(name))) call_unless_gone(*attached, event);
}

}  // namespace zenws::telemetry
