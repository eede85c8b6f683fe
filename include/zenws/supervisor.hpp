/// \file
/// Keeping many clients alive.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/child_options.hpp>
#include <zenws/client.hpp>
#include <zenws/pool.hpp>

namespace zenws {

/// A client that a supervisor starts when it is made (the usage rules' pattern 3).
struct ChildSpec {
  std::string url = {};           ///< As Client::connect's.
  Options options = {};           ///< As Client::connect's.
  ChildOptions supervision = {};  ///< How it is kept.
};

/// How a ClientSupervisor is made.
struct SupervisorOptions {
  /// Started at once, in the background. An endpoint that is down does not stop the others: its client is restarted
  /// like any that ends.
  std::vector<ChildSpec> children = {};
  /// Receives every event of every client, after the client's own Options::on_lifecycle, on the client's loop; of
  /// several loops at once. Takes the client before the event, or the event alone. What it throws is caught and logged.
  VariantCallback<void, Lifecycle, const ClientRef&> on_lifecycle = {};
};

/// A supervised client at one moment.
struct SupervisedClient {
  ClientRef client;                      ///< Which; the same for its whole life, restarts included.
  ChildOptions supervision = {};         ///< How it is kept.
  State state = State::connecting;       ///< As Client::get_state().
  std::uint64_t restarts = 0;            ///< Since it was started.
  std::optional<Error> last_error = {};  ///< What the last restart was for.
};

/// Owns clients, and starts them again when they end by themselves: after fatal errors and when the retries are used
/// up.
///
/// A restart keeps what a reconnect keeps: id, handles and ClientRefs, handler, desired subscriptions, statistics. It
/// begins with all retries, and is told by Restarting instead of Stopped. Each client has its own delays and its own
/// count of restarts: one dead endpoint touches no other client.
///
/// Threads:  any thread may call any function.
/// Lifetime: its clients live until they stop for good, or until shutdown; destroying it shuts down. Handles that are
///           left then answer errc::closed.
/// See:      docs/guide/many-clients.md, examples/11_supervisor.cpp, examples/12_fixed_clients.cpp
class ClientSupervisor {
 public:
  /// Makes one, and starts its fixed children. Does not wait for them.
  ///
  /// Errors: errc::invalid_config for a child's URL, options or supervision, or a name that is there twice; nothing was
  /// started then.
  [[nodiscard]] static Result<ClientSupervisor> create(SupervisorOptions options = {});
  /// Shuts down.
  ~ClientSupervisor();
  ClientSupervisor(ClientSupervisor&&) noexcept;
  ClientSupervisor& operator=(ClientSupervisor&&) noexcept;

  /// Starts a client and waits until it is open, like Client::connect; from then on it is kept.
  ///
  /// Errors: Client::connect's, nothing is left behind then; errc::invalid_config for a name that is there already;
  /// errc::closed after shutdown.
  [[nodiscard]] Result<Client> start_client(std::string_view url, Options options = {}, ChildOptions supervision = {});
  /// Closes a client by Client::close, and keeps it no more. From the client's own loop it does not wait.
  ///
  /// Errors: errc::not_found; errc::timeout when a handler blocks the loop.
  [[nodiscard]] Result<> stop_client(std::uint64_t id);

  /// The clients, those that are starting or waiting to be restarted too, by their age. Waits for nobody.
  [[nodiscard]] std::vector<ClientRef> list_clients() const;
  /// The clients with what the supervisor knows of them, by their age. Waits for nobody.
  [[nodiscard]] std::vector<SupervisedClient> children() const;
  /// The client of that name. nullopt: there is none.
  [[nodiscard]] std::optional<ClientRef> find(std::string_view name) const;

  /// PoolRouter::send_balanced over list_clients().
  [[nodiscard]] Result<ClientRef> send_balanced(std::string_view text, const BalancedOptions& options = {});
  /// PoolRouter::request_balanced over list_clients().
  [[nodiscard]] Result<Response> request_balanced(std::string_view request, std::string_view params = {},
                                                  const BalancedOptions& options = {});
  /// PoolRouter over list_clients(), for what else it can do. Lives as long as this object.
  [[nodiscard]] PoolRouter& pool() noexcept;

  /// Closes all clients at once, and waits until they have ended: at most the longest Options::close_timeout and a
  /// second. From a loop's thread it does not wait. No client can be started after it.
  ///
  /// Errors: errc::timeout when a handler blocks a loop.
  [[nodiscard]] Result<> shutdown();

 private:
  class State;
  explicit ClientSupervisor(std::shared_ptr<State> state) noexcept;
  std::shared_ptr<State> state_;
};

}  // namespace zenws
