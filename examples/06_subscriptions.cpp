// Subscriptions that the server has confirmed, and that come back when the connection is lost. The server here speaks
// Deribit's language; heartbeats find a dead connection out.
#include <chrono>
#include <cstdio>
#include <future>
#include <regex>
#include <string>
#include <variant>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

// Confirms whatever is asked for.
static std::vector<zenws::testing::Reply> confirm(const zenws::testing::ReceivedMessage& message) {
  static const std::regex request{R"re("id":(\d+),"method":"public/subscribe".*"channels":(\[.*\]))re"};
  std::smatch parts;
  if (!std::regex_search(message.payload, parts, request)) return {};
  return {{false, R"({"jsonrpc":"2.0","id":)" + parts[1].str() + R"(,"result":)" + parts[2].str() + "}"}};
}

int main() {
  auto server = zenws::testing::Server::start({.script = confirm});
  if (!server) return give_up(server.error());
  std::promise<void> restored;

  zenws::Options options{.retry_count = zenws::unlimited, .retry_delay = 10ms};
  options.heartbeat = zenws::Heartbeat::ping_pong(20s);
  options.on_lifecycle = [&](const zenws::Lifecycle& event) {
    if (const auto* lost = std::get_if<zenws::Disconnected>(&event)) std::printf("lost: %d\n", lost->close_code);
    if (const auto* without = std::get_if<zenws::Degraded>(&event)) {
      std::printf("missing %d channels\n", static_cast<int>(without->channels.size()));
    }
    if (const auto* with = std::get_if<zenws::Restored>(&event)) {
      std::printf("restored %d channels\n", static_cast<int>(with->channels.size()));
      restored.set_value();
    }
  };
  auto client = zenws::Client::connect(server->url(), options);
  if (!client) return give_up(client.error());

  auto subscribed = client->subscribe_and_wait({"trades.BTC-PERPETUAL.raw", "ticker.ETH-PERPETUAL.raw"});
  if (!subscribed) return give_up(subscribed.error());
  for (const std::string& channel : subscribed->confirmed) std::printf("confirmed %s\n", channel.c_str());

  server->simulate_disconnect(zenws::testing::Disconnect::abrupt());
  restored.get_future().wait();
  return client->close() ? 0 : 1;
}
