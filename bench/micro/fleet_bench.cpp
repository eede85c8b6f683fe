// What finding a client costs: by its id, and as the healthiest of a pool.
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include <zenws/asio.hpp>
#include <zenws/pool.hpp>
#include <zenws/registry.hpp>

namespace {

// Clients that have not begun to connect: enough for being found.
std::vector<zenws::Client> make_clients(std::int64_t count) {
  std::vector<zenws::Client> clients;
  const zenws::Options options;
  for (std::int64_t i = 0; i < count; ++i) {
    clients.push_back(*zenws::client::Access::create("ws://127.0.0.1:1", zenws::Options{options}, nullptr));
  }
  return clients;
}

struct Registered {
  std::vector<zenws::Client> clients = make_clients(10'000);
  zenws::ConnectionRegistry registry;
  Registered() {
    for (const zenws::Client& client : clients) (void)registry.add(client);
  }
};

void registry_find(benchmark::State& state) {
  static const Registered registered;
  std::size_t i = static_cast<std::size_t>(state.thread_index()) * 7919;
  for (auto _ : state) {
    i = (i + 104'729) % registered.clients.size();
    benchmark::DoNotOptimize(registered.registry.find(registered.clients[i].id()));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(registry_find)->Threads(1)->Threads(2)->Threads(4)->UseRealTime();

void pool_choose(benchmark::State& state) {
  const std::vector<zenws::Client> clients = make_clients(state.range(0));
  const std::vector<zenws::ClientRef> refs{clients.begin(), clients.end()};
  zenws::PoolRouter pool{[&refs] { return refs; }};
  for (auto _ : state) benchmark::DoNotOptimize(pool.send_balanced("hi"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pool_choose)->Arg(1)->Arg(10)->Arg(100)->Arg(1000);

}  // namespace
