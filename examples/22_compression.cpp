// permessage-deflate: a feed of two hundred ticks over a connection that both sides agreed to compress, and what it
// saved.
#include <chrono>
#include <cstdio>
#include <string>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

static std::string tick(int number) {
  return R"({"channel":"ticker.BTC-PERPETUAL.100ms","data":{"best_bid":49999,"best_ask":50001,"last":)" +
         std::to_string(50'000 + number % 7) + R"(,"volume":)" + std::to_string(number * 37) +
         R"(,"state":"open","index_price":50000.12,"funding_8h":0.0001}})";
}

int main() {
  zenws::testing::ServerOptions how;
  how.compression.enabled = true;  // the server may keep its context: a feed shrinks more and more
  how.compression.threshold = 1;
  auto server = zenws::testing::Server::start(how);
  if (!server) return give_up(server.error());

  zenws::Options options;
  options.compression.enabled = true;
  auto client = zenws::Client::connect(server->url(), options);
  if (!client) return give_up(client.error());
  for (int i = 0; i < 200; ++i) server->inject_message(tick(i));
  for (int i = 0; i < 200; ++i) {
    const auto message = client->receive(5s);
    if (!message) return give_up(message.error());
  }
  if (!client->close()) return 1;
  const zenws::StateMetrics metrics = client->get_state_metrics();
  std::printf("200 ticks: %d bytes, %d on the wire\n", static_cast<int>(metrics.uncompressed_bytes_in),
              static_cast<int>(metrics.compressed_bytes_in));
}
