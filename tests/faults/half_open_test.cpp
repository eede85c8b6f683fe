// The far end is gone and nobody says so: bytes are swallowed, nothing comes back. Only our own clock can tell.
#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

struct HalfOpen : Fault {
  Server server = *Server::start();

  static Lines replaced(errc why) { return {"connected 1", lost(why), "reconnecting 1", "connected 2"}; }
};

TEST_F(HalfOpen, is_noticed_by_heartbeats_and_replaced) {
  auto client = Client::connect(server.url(), options(Heartbeat::ping_pong(30ms)));
  ASSERT_TRUE(client) << to_string(client.error());
  breaks();
  server.simulate_disconnect(Disconnect::half_open());
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_EQ(first_lines(4), replaced(errc::heartbeat_missed));
  EXPECT_GE(client->get_state_metrics().heartbeat_failures, 2U);
  tell("half-open while idle, ping 30 ms", "lost", "connected", " at most 90 ms");
}

TEST_F(HalfOpen, in_the_middle_of_a_message_is_noticed_too) {
  auto client = Client::connect(server.url(), options(Heartbeat::ping_pong(30ms)));
  ASSERT_TRUE(client);
  server.inject_raw(std::string{"\x81\x05he", 4});
  breaks();
  server.simulate_disconnect(Disconnect::half_open());
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_EQ(first_lines(4), replaced(errc::heartbeat_missed));
  tell("half-open mid-message, ping 30 ms", "lost", "connected", " at most 90 ms");
}

TEST_F(HalfOpen, while_we_send_is_noticed_though_the_kernel_still_takes_bytes) {
  auto client = Client::connect(server.url(), options(Heartbeat::ping_pong(30ms)));
  ASSERT_TRUE(client);
  breaks();
  server.simulate_disconnect(Disconnect::half_open());
  for (int i = 0; i < 100; ++i) (void)client->send_message("into the void");
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_EQ(first_lines(4), replaced(errc::heartbeat_missed));
  tell("half-open while sending, ping 30 ms", "lost", "connected", " at most 90 ms");
}

TEST_F(HalfOpen, is_noticed_by_idle_timeout) {
  Options idle = options();
  idle.idle_timeout = 50ms;
  auto client = Client::connect(server.url(), std::move(idle));
  ASSERT_TRUE(client);
  breaks();
  server.simulate_disconnect(Disconnect::half_open());
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_EQ(lines()[1], lost(errc::idle_timeout));
  tell("half-open, idle_timeout 50 ms", "lost", "connected");
}

TEST_F(HalfOpen, is_noticed_by_the_exchanges_own_heartbeats) {
  auto client = Client::connect(server.url(), options(Heartbeat::deribit(30ms)));
  ASSERT_TRUE(client);
  breaks();
  server.simulate_disconnect(Disconnect::half_open());
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_EQ(lines()[1], lost(errc::heartbeat_missed));
  tell("half-open, public/test 30 ms", "lost", "connected", " at most 90 ms");
}

}  // namespace
}  // namespace zenws::testing
