/// \file
/// Sending to the healthiest of several clients.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <zenws/client.hpp>

namespace zenws {

/// Tells which clients there are to choose from. Called on the thread that sends, for each message: keep it quick.
using ClientDiscovery = std::function<std::vector<ClientRef>()>;

/// How healthy a client is, by its published numbers.
struct ClientHealth {
  ClientRef client;                      ///< Which.
  State state;                           ///< As Client::get_state().
  int score;                             ///< 0–100; 0 when it is not connected.
  std::uint64_t pending;                 ///< Requests without their answer.
  std::optional<std::int64_t> p99 = {};  ///< Of its round trips, milliseconds; empty without samples.
  std::uint64_t errors = 0;              ///< Failures that still count: see StateMetrics::recent_failures.
};
/// A client's health. nullopt: its last handle is gone. Never blocks, asks nobody.
///
/// Score: 100 − min(10·pending, 40) − min(p99 in ms / 25, 30) − min(15·errors, 20). Threads: any.
[[nodiscard]] std::optional<ClientHealth> health_of(const ClientRef& client);

/// A pool at one moment.
struct PoolHealth {
  std::size_t pool_size = 0;               ///< Clients that there are.
  std::size_t connected = 0;               ///< Of them connected.
  double avg_health = 0;                   ///< Mean of their scores; 0 without clients.
  std::vector<ClientHealth> clients = {};  ///< Each, in the order in which the discovery gave them.
};

/// How one message finds its client.
struct BalancedOptions {
  /// Most clients that are tried. At least 1.
  int max_attempts = 3;
  /// The clients to choose from, instead of the router's own.
  ClientDiscovery client_discovery = {};
  /// The message may be carried out twice: then a request that ended with errc::disconnected or errc::timeout, and may
  /// have reached its server, is tried on another client too.
  bool idempotent = false;
  /// For requests, each attempt; without one, Options::request_timeout of the client.
  std::optional<std::chrono::milliseconds> timeout = {};
};

/// Sends each message to the healthiest client: the highest score, in turn among equals. A client that is not connected
/// is never chosen.
///
/// When a client does not accept the message (it has just lost its connection, its queue is full) the next one is
/// tried, since nothing was written. A message that may have been written is given to no other client, unless
/// idempotent.
///
/// Threads:  any thread may call any function.
/// Cost:     reads the published numbers of every client of the pool for each message; no lock of a loop's.
/// See:      docs/guide/many-clients.md, examples/13_pool.cpp
class PoolRouter {
 public:
  /// Chooses from what `discovery` gives. Each router takes turns by itself.
  explicit PoolRouter(ClientDiscovery discovery);
  ~PoolRouter();
  PoolRouter(const PoolRouter&) = delete;
  PoolRouter& operator=(const PoolRouter&) = delete;

  /// Sends a text message by Client::send_message. Ok: the client that accepted it.
  ///
  /// Errors: errc::no_connections when no client is connected; errc::max_attempts_exceeded, the last error inside, when
  /// as many as allowed did not accept it and others were left; the last error when all were tried; errors of the
  /// message itself (errc::invalid_utf8) at once; errc::invalid_config for options out of their range or a discovery
  /// that throws.
  [[nodiscard]] Result<ClientRef> send_balanced(std::string_view text, const BalancedOptions& options = {});

  /// Sends a request by Client::request, and waits for its answer.
  ///
  /// An `error` that the server answers is an answer. Errors: send_balanced's; errc::disconnected, errc::timeout and
  /// errc::closed of the client that had it, unless idempotent; errc::would_deadlock from that client's loop: give
  /// `done` there.
  [[nodiscard]] Result<Response> request_balanced(std::string_view request, std::string_view params = {},
                                                  const BalancedOptions& options = {});
  /// The same without waiting: `done` is called once, here or on a client's loop. It must not block.
  void request_balanced(std::string_view request, std::string_view params, const BalancedOptions& options,
                        std::move_only_function<void(Result<Response>)> done);

  /// Every client with its score. Tells telemetry (pool.health). Errors: errc::invalid_config as above.
  [[nodiscard]] Result<PoolHealth> pool_health(const ClientDiscovery& discovery = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace zenws
