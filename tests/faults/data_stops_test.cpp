// A server that answers pings and requests, and sends no data any more: alive to every heartbeat, dead to its user.
#include <atomic>
#include <thread>

#include "faults/fault.hpp"
#include "support/venue.hpp"

namespace zenws::testing {
namespace {

struct DataStops : Fault {
  Venue venue;
  Server server = *Server::start({.script = venue.script()});

  // Pings tell nothing here.
  Options watched() {
    Options watched = options(Heartbeat::ping_pong(10ms));
    watched.max_missed_heartbeats = 0;
    watched.silence_timeout = 400ms;
    return watched;
  }
  // Data of A on every connection of which `lives` is true, until destroyed.
  std::jthread feed(std::function<bool()> lives) {
    return std::jthread{[this, lives = std::move(lives)](const std::stop_token& stop) {
      for (int i = 0; !stop.stop_requested(); ++i) {
        if (lives()) server.inject_message(Venue::update("A", i));
        std::this_thread::sleep_for(5ms);
      }
    }};
  }
};

TEST_F(DataStops, until_it_is_subscribed_again) {
  std::atomic<bool> lives{true};
  auto client = Client::connect(server.url(), watched());
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe_and_wait({"A"}));
  const std::jthread data = feed([&] { return lives || venue.batches().size() > 1; });
  std::this_thread::sleep_for(30ms);
  breaks();
  lives = false;
  ASSERT_TRUE(sees("restored A"));
  const auto heard = client->get_state_metrics().messages_in;
  EXPECT_EQ(lines(), (Lines{"connected 1", "degraded A", "restored A"})) << "the connection was not to blame";
  EXPECT_GT(client->get_latency_stats().count, 0U) << "pings were answered all the time";
  EXPECT_GT(heard, 0U);
  tell("data stops, silence_timeout 400 ms", "degraded", "restored", " by subscribing again");
}

TEST_F(DataStops, until_the_connection_is_replaced) {
  std::atomic<bool> lives{true};
  auto client = Client::connect(server.url(), watched());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"A"}));
  const std::jthread data = feed([&] { return lives || !venue.subscribed(2).empty(); });
  std::this_thread::sleep_for(30ms);
  breaks();
  lives = false;
  ASSERT_TRUE(sees("restored A", 2));
  const Lines seen = lines();
  EXPECT_EQ(Lines(seen.begin(), seen.begin() + 3), (Lines{"connected 1", "degraded A", "restored A"}));
  EXPECT_TRUE(seen[3].starts_with("lost: ")) << seen[3];
  EXPECT_EQ(Lines(seen.begin() + 4, seen.end()), (Lines{"reconnecting 1", "connected 2", "degraded A", "restored A"}));
  tell("data stops for good, silence_timeout 400 ms", "degraded", "connected 2", " by another connection");
}

}  // namespace
}  // namespace zenws::testing
