// What a supervisor knows and decides of one of its clients.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <zenws/child_options.hpp>
#include <zenws/client.hpp>

#include "client/supervision.hpp"
#include "policy/restart.hpp"

namespace zenws::fleet {

class Child final : public client::Supervision {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    // The client's loop: it has ended for good.
    virtual void child_ended(const ClientRef& client) = 0;
    // Any thread that may wait.
    virtual Result<Client> start_client(std::string_view url, Options options, ChildOptions supervision) = 0;
  };
  using OnLifecycle = VariantCallback<void, Lifecycle, const ClientRef&>;
  // When a first connection that fails is an end like any other.
  enum class Beginning { must_open, may_fail };

  Child(std::weak_ptr<Owner> owner, ChildOptions supervision, const Options& options, Beginning beginning,
        OnLifecycle on_lifecycle);

  Result<std::chrono::milliseconds> restart_after(const Error& error) override;
  void tell(const ClientRef& client, const Lifecycle& event) override;
  void happened(const ClientRef& client, const Lifecycle& event) override;
  Result<Client> connect_again(std::string_view url, const Options& options) override;

  // Any thread.
  [[nodiscard]] const ChildOptions& supervision() const noexcept { return supervision_; }
  [[nodiscard]] std::optional<Error> last_error() const;

 private:
  const std::weak_ptr<Owner> owner_;
  const ChildOptions supervision_;
  const OnLifecycle on_lifecycle_;
  // Touched on the client's loop only.
  policy::RestartPolicy policy_;
  bool restartable_;

  mutable std::mutex mutex_;
  std::optional<Error> last_error_;
};

// Errors: invalid_config.
[[nodiscard]] Result<> validate(const ChildOptions& supervision);

}  // namespace zenws::fleet
