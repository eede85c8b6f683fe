// A server that answers the upgrade, and then nothing any more.
#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

struct SilenceAfterUpgrade : Fault {
  Server server = *Server::start({.faults = {.stall = true}});
};

TEST_F(SilenceAfterUpgrade, is_a_dead_connection) {
  breaks();
  auto client = Client::connect(server.url(), options(Heartbeat::ping_pong(30ms)));
  ASSERT_TRUE(client) << to_string(client.error());
  server.set_faults({});
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_EQ(lines(), (Lines{"connected 1", lost(errc::heartbeat_missed), "reconnecting 1", "connected 2"}));
  tell("101, then silence, ping 30 ms", "lost", "connected", " at most 90 ms");
}

TEST_F(SilenceAfterUpgrade, ends_requests_and_waiting_subscribers) {
  auto client = Client::connect(server.url(), options(Heartbeat::ping_pong(30ms)));
  ASSERT_TRUE(client);
  const auto response = client->request("public/get_time");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), errc::disconnected);
  const auto subscribed = client->subscribe_and_wait({"A"});
  ASSERT_FALSE(subscribed);
  EXPECT_EQ(subscribed.error(), errc::disconnected);
}

}  // namespace
}  // namespace zenws::testing
