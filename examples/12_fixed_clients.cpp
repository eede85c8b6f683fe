// Production, connections that are known beforehand (the usage rules' pattern 3): given by name when the supervisor is
// made, started in the background, each kept by itself.
#include <chrono>
#include <cstdio>
#include <latch>
#include <string>

#include <zenws/supervisor.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main() {
  auto server = zenws::testing::Server::start();
  auto closed = zenws::testing::Server::start({.faults = {.accept_then_close = true}});  // an endpoint that is down
  if (!server || !closed) return give_up(server ? closed.error() : server.error());

  std::latch done{2};
  auto supervisor = zenws::ClientSupervisor::create({
      .children = {{.url = server->url("/trades"),
                    .options = {.heartbeat = zenws::Heartbeat::ping_pong(30s)},
                    .supervision = {.name = "trades", .restart = zenws::Restart::permanent}},
                   {.url = closed->url("/orders"),
                    .options = {.retry_count = 0, .retry_delay = 5ms, .max_backoff = 5ms},
                    .supervision = {.name = "orders", .max_restarts = 3, .within = 60s}}},
      .on_lifecycle =
          [&](const zenws::ClientRef& client, const zenws::Lifecycle& event) {
            const int id = static_cast<int>(client.id());
            if (std::holds_alternative<zenws::Connected>(event)) {
              std::printf("client %d is connected\n", id);
              done.count_down();
            } else if (const auto* stopped = std::get_if<zenws::Stopped>(&event);
                       stopped != nullptr && stopped->error != zenws::errc::closed) {
              std::printf("client %d has stopped: %s\n", id, to_string(stopped->error).c_str());
              done.count_down();
            }
          },
  });
  if (!supervisor) return give_up(supervisor.error());

  done.wait();  // one is connected, and the other was restarted three times and given up: nobody else noticed
  const auto trades = supervisor->find("trades");
  auto client = trades ? trades->lock() : std::nullopt;
  if (!client) return 1;
  if (auto sent = client->send_message("hello"); !sent) return give_up(sent.error());
  client.reset();  // the supervisor keeps it
  auto down = supervisor->shutdown();
  return down ? 0 : give_up(down.error());
}
