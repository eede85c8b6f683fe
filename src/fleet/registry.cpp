// Clients by their ids, in shards: who looks up meets few others.
#include <array>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <zenws/access.hpp>
#include <zenws/registry.hpp>

#include "client/supervision.hpp"

namespace zenws {

namespace {

constexpr std::size_t shard_count = 64;

// On lines of their own: a lock taken on one does not slow its neighbours.
struct alignas(64) Shard {
  mutable std::mutex mutex;
  std::unordered_map<std::uint64_t, ClientRef> clients;

  bool erase(std::uint64_t id) {
    const std::lock_guard lock{mutex};
    return clients.erase(id) != 0;
  }
};

}  // namespace

struct ConnectionRegistry::State final : public client::EndWatcher {
  std::array<Shard, shard_count> shards;

  Shard& shard_of(std::uint64_t id) noexcept { return shards[id % shard_count]; }
  void client_ended(std::uint64_t id) override { (void)shard_of(id).erase(id); }
};

ConnectionRegistry::ConnectionRegistry() : state_{std::make_shared<State>()} {}

ConnectionRegistry::~ConnectionRegistry() = default;

Result<> ConnectionRegistry::add(const Client& client) {
  if (client.get_state() == zenws::State::disconnected) {
    return std::unexpected{Error{errc::closed, Phase::none, "the client has ended"}};
  }
  Shard& shard = state_->shard_of(client.id());
  std::unique_lock lock{shard.mutex};
  shard.clients.insert_or_assign(client.id(), ClientRef{client});
  lock.unlock();
  client::Access::watch_end(client, state_);  // told also when it has ended just now
  return {};
}

Result<> ConnectionRegistry::remove(std::uint64_t id) {
  if (state_->shard_of(id).erase(id)) return {};
  return std::unexpected{Error{errc::not_found, Phase::none, "no client " + std::to_string(id)}};
}

std::optional<ClientRef> ConnectionRegistry::find(std::uint64_t id) const {
  const Shard& shard = state_->shard_of(id);
  const std::lock_guard lock{shard.mutex};
  const auto found = shard.clients.find(id);
  return found == shard.clients.end() ? std::nullopt : std::optional{found->second};
}

std::vector<ClientRef> ConnectionRegistry::list() const {
  std::vector<ClientRef> all;
  for (const Shard& shard : state_->shards) {
    const std::lock_guard lock{shard.mutex};
    for (const auto& [id, client] : shard.clients) all.push_back(client);
  }
  return all;
}

std::size_t ConnectionRegistry::size() const {
  std::size_t size = 0;
  for (const Shard& shard : state_->shards) {
    const std::lock_guard lock{shard.mutex};
    size += shard.clients.size();
  }
  return size;
}

}  // namespace zenws
