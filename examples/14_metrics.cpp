// Clients in Prometheus: a collector behind an exposer, and what a scrape of it says.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <prometheus/exposer.h>
#include <prometheus/text_serializer.h>
#include <vector>

#include <zenws/client.hpp>
#include <zenws/metrics/collector.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main(int argc, char** argv) {
  auto server = zenws::testing::Server::start();
  if (!server) return give_up(server.error());
  auto client =
      zenws::Client::connect(argc > 1 ? argv[1] : server->url(), {.heartbeat = zenws::Heartbeat::ping_pong()});
  if (!client) return give_up(client.error());

  // Asked at each scrape; with a supervisor: [&] { return supervisor.list_clients(); }. An exposer refers to collectors
  // weakly, so keep them.
  const std::vector<zenws::ClientRef> clients{*client};
  const auto collector = std::make_shared<zenws::metrics::ClientCollector>([&] { return clients; });

  // Port 0 is any free one; in production a fixed one, which Prometheus is told to scrape.
  prometheus::Exposer exposer{"127.0.0.1:0"};
  exposer.RegisterCollectable(collector);
  std::printf("scrape http://127.0.0.1:%d/metrics\n", exposer.GetListeningPorts().at(0));

  if (auto sent = client->send_message("hello"); !sent) return give_up(sent.error());
  if (auto answer = client->receive(5s); !answer) return give_up(answer.error());

  // What such a scrape is answered.
  const auto families = collector->Collect();
  prometheus::TextSerializer{}.Serialize(std::cout, families);
  if (auto closed = client->close(); !closed) return give_up(closed.error());
  return families.empty() ? 1 : 0;
}
