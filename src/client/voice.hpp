// What a client says of itself: to the user's callbacks, its supervisor, telemetry and the logger. Contains what they
// throw.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/client.hpp>
#include <zenws/log.hpp>

#include "client/client_events.hpp"
#include "client/counters.hpp"
#include "client/settings.hpp"
#include "client/supervision.hpp"

namespace zenws::client {

// What the user has been promised not to hear any more.
enum class Silence : std::uint8_t { none, messages, callbacks };

// Threads: the loop's, unless it says otherwise.
class Voice {
 public:
  // `url`: of the last attempt, redacted; whoever dials keeps it right. `supervision` may be null.
  Voice(std::uint64_t id, const std::string& url, const Settings& settings, std::shared_ptr<Supervision> supervision,
        Counters& counters);

  // Any thread. Of the client.
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  // Before anything is told. `ref`: what callbacks receive.
  void speaks_for(ClientRef ref) { ref_ = std::move(ref); }
  [[nodiscard]] const ClientRef& ref() const noexcept { return *ref_; }
  [[nodiscard]] const std::shared_ptr<Supervision>& supervision() const noexcept { return supervision_; }
  [[nodiscard]] ClientEvents& events() noexcept { return events_; }
  // Any thread.
  [[nodiscard]] const telemetry::Subject& subject() const noexcept { return events_.subject(); }

  void tell(const Lifecycle& event);
  // on_connect and on_disconnect: also when it is to be silent, for a registry must be right whatever ends us.
  void join();
  void leave();
  // A function of the user's threw: counted, logged, told.
  void failed(std::string_view callback, std::string_view title, std::string_view what);

  // Any thread. At once, and for good: what is on the loop now may be a flood of messages.
  void silence(Silence silence) noexcept;
  // Any thread.
  [[nodiscard]] Silence silence() const noexcept { return silence_.load(std::memory_order_relaxed); }

  void log(LogLevel level, std::string_view text) const;
  // Whether a line for debugging is worth making.
  [[nodiscard]] bool debugs() const noexcept;

 private:
  void contain(const std::function<void()>& call);

  const std::uint64_t id_;
  const std::string& url_;
  const Settings& settings_;
  const std::shared_ptr<Supervision> supervision_;
  Counters& counters_;
  ClientEvents events_;
  std::optional<ClientRef> ref_;
  std::atomic<Silence> silence_{Silence::none};  // grows; set by whoever closes, before the loop knows
};

}  // namespace zenws::client
