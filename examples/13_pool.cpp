// Several connections, and each message on the healthiest: what is lost with one is sent by another.
#include <chrono>
#include <cstdio>
#include <vector>

#include <zenws/supervisor.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main() {
  std::vector<zenws::testing::Server> servers;
  auto supervisor = zenws::ClientSupervisor::create();
  if (!supervisor) return give_up(supervisor.error());
  for (int i = 0; i < 3; ++i) {
    auto server = zenws::testing::Server::start();
    if (!server) return give_up(server.error());
    auto client = supervisor->start_client(server->url(), {.retry_count = zenws::unlimited, .retry_delay = 1s});
    if (!client) return give_up(client.error());
    servers.push_back(*std::move(server));
  }

  servers[1].stop();
  for (int i = 0; i < 6; ++i) {
    // Ok tells who took it. A client that has just lost its connection does not, and the next one is asked.
    auto sent = supervisor->send_balanced("order " + std::to_string(i));
    if (!sent) return give_up(sent.error());
    std::printf("order %d went by client %d\n", i, static_cast<int>(sent->id()));
  }

  // Over clients of your own choice, with a router of its own.
  zenws::PoolRouter pool{[&] { return supervisor->list_clients(); }};
  auto health = pool.pool_health();
  if (!health) return give_up(health.error());
  for (const zenws::ClientHealth& client : health->clients) {
    std::printf("client %d: %.*s, score %d\n", static_cast<int>(client.client.id()),
                static_cast<int>(to_string(client.state).size()), to_string(client.state).data(), client.score);
  }
  return 0;
}
