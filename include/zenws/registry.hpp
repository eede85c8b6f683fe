/// \file
/// Finding clients by their ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <zenws/client.hpp>

namespace zenws {

/// Clients by their ids. A client that stops, for good, is in it no more.
///
/// Threads:  any thread may call any function.
/// Lifetime: keeps no client open. May be destroyed while its clients live.
/// Cost:     a lookup is one short lock of one of 64 shards: see `./dev bench micro registry`.
/// See:      docs/guide/many-clients.md
class ConnectionRegistry {
 public:
  ConnectionRegistry();
  ~ConnectionRegistry();
  ConnectionRegistry(const ConnectionRegistry&) = delete;
  ConnectionRegistry& operator=(const ConnectionRegistry&) = delete;

  /// Enters a client, until it stops or is removed. Errors: errc::closed when it has stopped already.
  [[nodiscard]] Result<> add(const Client& client);
  /// Takes a client out. Errors: errc::not_found.
  [[nodiscard]] Result<> remove(std::uint64_t id);
  /// The client of that id. nullopt: it is not in it.
  [[nodiscard]] std::optional<ClientRef> find(std::uint64_t id) const;
  /// All clients, in no order.
  [[nodiscard]] std::vector<ClientRef> list() const;
  /// How many there are.
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace zenws
