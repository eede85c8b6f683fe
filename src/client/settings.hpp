// What a client was told: its own callbacks, and the rest, which all clients that were told the same share.
#pragma once

#include <functional>
#include <memory>

#include <zenws/options.hpp>

namespace zenws::client {

// All but the handler; see Options.
struct Callbacks {
  EndpointProvider endpoint_provider = {};
  LifecycleHandler on_lifecycle = {};
  std::function<void(const ClientRef&)> on_connect = {};
  std::function<void(const ClientRef&)> on_disconnect = {};
  std::function<std::optional<Severity>(const Error&)> retry_policy = {};
  std::function<void(const ClientRef&, Authenticated)> authenticate = {};
};

// Thousands of clients usually differ in their callbacks only: the kilobyte of the rest is there once.
class Settings {
 public:
  explicit Settings(Options&& options);

  // Without callbacks: they are empty there.
  [[nodiscard]] const Options& options() const noexcept { return *shared_; }
  [[nodiscard]] const Handler& handler() const noexcept { return handler_; }
  [[nodiscard]] const Callbacks& callbacks() const noexcept;
  // As they were given.
  [[nodiscard]] Options all() const;

 private:
  const Handler handler_;
  const std::unique_ptr<const Callbacks> callbacks_;  // null: none was given
  const std::shared_ptr<const Options> shared_;
};

}  // namespace zenws::client
