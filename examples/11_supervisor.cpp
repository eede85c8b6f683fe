// Production, connections made as they are needed (the usage rules' pattern 2): a client that ends by itself is started
// again, with the same id. Pattern 1, without supervision, is 01_connect.cpp; pattern 3 is 12_fixed_clients.cpp.
#include <chrono>
#include <cstdio>
#include <future>

#include <zenws/supervisor.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main() {
  auto server = zenws::testing::Server::start();
  if (!server) return give_up(server.error());

  auto supervisor = zenws::ClientSupervisor::create();
  if (!supervisor) return give_up(supervisor.error());

  // Like Client::connect: it waits until the client is open, and a first connection that fails is the call's error.
  std::promise<void> restarted;
  zenws::Options options{.retry_count = 2, .retry_delay = 10ms};
  options.on_lifecycle = [&](const zenws::Lifecycle& event) {
    if (const auto* again = std::get_if<zenws::Restarting>(&event)) {
      std::printf("restart %d: %s\n", static_cast<int>(again->restart), to_string(again->error).c_str());
    }
    const auto* open = std::get_if<zenws::Connected>(&event);
    if (open != nullptr && open->epoch == 2) restarted.set_value();
  };
  auto client = supervisor->start_client(server->url(), options, {.name = "trades"});
  if (!client) return give_up(client.error());

  // 1008 is fatal: no retry mends it, and a client alone would stop. Its supervisor starts it again.
  server->simulate_disconnect(zenws::testing::Disconnect::code(1008, "who are you?"));
  restarted.get_future().wait();
  for (const zenws::SupervisedClient& child : supervisor->children()) {
    std::printf("client %d, %s: restarted %d times\n", static_cast<int>(child.client.id()),
                child.supervision.name.c_str(), static_cast<int>(child.restarts));
  }
  if (auto sent = client->send_message("hello"); !sent) return give_up(sent.error());

  if (auto stopped = supervisor->stop_client(client->id()); !stopped) return give_up(stopped.error());
  return supervisor->list_clients().empty() ? 0 : 1;
}
