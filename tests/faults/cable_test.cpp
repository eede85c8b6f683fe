// The cable is pulled, or packets vanish on the way: nothing is refused and nothing reset, only heartbeats can tell.
#include <zenws/runtime.hpp>

#include "faults/fault.hpp"
#include "faults/own_network.hpp"
#include "support/venue.hpp"

namespace zenws::testing {
namespace {

using Host = OwnNetwork::Host;

constexpr auto interval = 50ms;
constexpr int max_missed = 2;

struct Cable : Fault {
  void SetUp() override {
    if (!network.missing().empty()) GTEST_SKIP() << network.missing();
    network.on(Host::server, [this] {
      auto started = Server::start({.address = OwnNetwork::server_address, .script = venue.script()});
      if (started) server.emplace(*std::move(started));
    });
    network.on(Host::client, [this] { runtime.emplace(); });
    ASSERT_TRUE(server && runtime);
  }
  std::optional<Client> subscribed(std::chrono::milliseconds heartbeat) {
    Options there = options(Heartbeat::ping_pong(heartbeat));
    there.timeout = 1500ms;  // a network this young may lose the first packet, which is sent again after a second
    there.max_missed_heartbeats = max_missed;
    there.runtime = &*runtime;
    auto client = Client::connect(server->url(), there);
    EXPECT_TRUE(client) << to_string(client.error());
    if (!client || !client->subscribe_and_wait({"A"})) return std::nullopt;
    return *std::move(client);
  }
  void expect_restored(std::string_view fault) {
    ASSERT_TRUE(sees("restored A"));
    EXPECT_EQ(lines(), (Lines{"connected 1", lost(errc::heartbeat_missed), "reconnecting 1", "connected 2",
                              "degraded A", "restored A"}));
    tell(fault, "lost", "restored",
         fmt::format(" {} ms, interval × (max_missed + 1) = {} ms", noticed_after("lost").count(),
                     (interval * (max_missed + 1)).count()));
  }
  void pull_and_plug_in(Host end, std::string_view fault) {
    const auto client = subscribed(interval);
    ASSERT_TRUE(client);
    breaks();
    ASSERT_TRUE(network.pull(end));
    ASSERT_TRUE(sees("reconnecting 2")) << "attempts fail while the cable is out";
    mends();
    ASSERT_TRUE(network.plug_in(end));
    expect_restored(fault);
  }
  void drop_and_pass(const std::string& direction, std::string_view fault) {
    const auto client = subscribed(interval);
    ASSERT_TRUE(client);
    breaks();
    ASSERT_TRUE(network.drop_packets(direction));
    ASSERT_TRUE(sees("reconnecting 2"));
    mends();
    ASSERT_TRUE(network.drop_no_packets());
    expect_restored(fault);
  }

  OwnNetwork network;
  Venue venue;
  std::optional<Server> server;
  std::optional<Runtime> runtime;
};

TEST_F(Cable, pulled_at_the_servers_end_is_noticed_and_the_client_is_back_once_it_is_in_again) {
  pull_and_plug_in(Host::server, "cable pulled at the server, ping 50 ms");
}

TEST_F(Cable, pulled_at_our_end_is_the_same) { pull_and_plug_in(Host::client, "cable pulled at our end, ping 50 ms"); }

TEST_F(Cable, that_loses_what_we_send_is_noticed) {
  drop_and_pass("input", "packets to the server dropped, ping 50 ms");
}

TEST_F(Cable, that_loses_what_the_server_sends_is_noticed) {
  drop_and_pass("output", "packets from the server dropped, ping 50 ms");
}

TEST_F(Cable, pulled_for_a_moment_loses_nothing) {
  const auto client = subscribed(10s);
  ASSERT_TRUE(client);
  Client sender = *client;
  ASSERT_TRUE(network.pull(Host::server));
  ASSERT_TRUE(sender.send_message("meanwhile"));
  ASSERT_TRUE(network.plug_in(Host::server));
  EXPECT_TRUE(assert_message_sent(*server, "meanwhile", patience)) << "TCP sends it again";
  EXPECT_EQ(lines(), Lines{"connected 1"});
}

}  // namespace
}  // namespace zenws::testing
