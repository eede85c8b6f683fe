// Watching from outside: telemetry tells what happens to every client of the process, for metrics and logs.
#include <chrono>
#include <cstdio>
#include <string>

#include <zenws/client.hpp>
#include <zenws/telemetry.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

// Prints an event whole: its name, its numbers, its texts. Never a secret among them.
static void print(const zenws::telemetry::Event& event) {
  std::string line{event.name};
  for (const auto& [name, value] : event.measurements) {
    line += " " + std::string{name} + "=" + std::to_string(value);
  }
  for (const auto& [name, value] : event.metadata) {
    line += " " + std::string{name} + "=\"" + std::string{value} + "\"";
  }
  std::puts(line.c_str());
}

int main(int argc, char** argv) {
  auto server = zenws::testing::Server::start();
  if (!server) return give_up(server.error());
  const std::string url = argc > 1 ? argv[1] : server->url("/?token=never-shown");

  // One event for a metric. The function runs where the event happens: be quick, add to a counter, set a gauge.
  double connect_time = 0;
  auto attached = zenws::telemetry::attach("connect time", "zen_websocket.connection.upgrade", [&](const auto& event) {
    connect_time = event.measurement("connect_time_ms").value_or(0);
  });
  if (!attached) return give_up(attached.error());
  // All of them for a log.
  attached = zenws::telemetry::attach_many("log", zenws::telemetry::events(), print);
  if (!attached) return give_up(attached.error());

  // What a client is called stands in each of its events, beside its id.
  auto client = zenws::Client::connect(url, {.name = "feed-a", .labels = {{"venue", "example"}}});
  if (!client) return give_up(client.error());
  if (auto sent = client->send_message("hello"); !sent) return give_up(sent.error());
  if (auto answer = client->receive(5s); !answer) return give_up(answer.error());
  if (auto closed = client->close(); !closed) return give_up(closed.error());

  // Nothing is called after detach() returned: what the functions refer to may go now.
  for (const char* id : {"connect time", "log"}) {
    if (auto detached = zenws::telemetry::detach(id); !detached) return give_up(detached.error());
  }
  std::printf("connected in %.3f ms\n", connect_time);
  return connect_time > 0 ? 0 : 1;
}
