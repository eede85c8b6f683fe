// The fault is ours: a handler that holds up its loop. The peer must not pay for it, nor a dead peer profit from it.
#include <thread>

#include <zenws/runtime.hpp>

#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

struct SlowHandler : Fault {
  Server server = *Server::start();
  Runtime loops{2};
  LogOf<std::string> heard;

  // Each message takes as long as several heartbeats.
  Options slow() {
    Options slow = options(Heartbeat::ping_pong(20ms));
    slow.runtime = &loops;
    slow.handler = overloaded{[this](const TextMessage& message) {
                                std::this_thread::sleep_for(100ms);
                                heard.add(std::string{message.text});
                              },
                              [](const auto&) {}};
    return slow;
  }
};

TEST_F(SlowHandler, does_not_look_like_a_dead_peer_and_loses_nothing) {
  const auto client = Client::connect(server.url(), slow());
  ASSERT_TRUE(client) << to_string(client.error());
  for (int i = 0; i < 8; ++i) server.inject_message("m" + std::to_string(i));
  ASSERT_TRUE(heard.wait_for("m7"));
  EXPECT_EQ(heard.all(), (Lines{"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"}));
  EXPECT_EQ(lines(), Lines{"connected 1"});
}

TEST_F(SlowHandler, holds_up_no_client_of_another_loop) {
  const auto client = Client::connect(server.url(), slow());
  ASSERT_TRUE(client);
  LogOf<std::string> quick;
  Options elsewhere{.heartbeat = Heartbeat::ping_pong(500ms), .runtime = &loops};
  elsewhere.handler =
      overloaded{[&](const TextMessage& message) { quick.add(std::string{message.text}); }, [](const auto&) {}};
  const auto other = Client::connect(server.url(), elsewhere);
  ASSERT_TRUE(other);
  for (int i = 0; i < 8; ++i) server.inject_message("m" + std::to_string(i));
  ASSERT_TRUE(quick.wait_for("m7"));
  ASSERT_TRUE(heard.wait_for("m7"));
  EXPECT_EQ(quick.all(), heard.all());
  EXPECT_EQ(other->get_state_metrics().epoch, 1U);
}

TEST_F(SlowHandler, does_not_hide_a_peer_that_died_meanwhile) {
  const auto client = Client::connect(server.url(), slow());
  ASSERT_TRUE(client);
  server.inject_message("busy");
  server.inject_message("busier");
  breaks();
  server.simulate_disconnect(Disconnect::half_open());
  ASSERT_TRUE(sees("connected 2"));
  EXPECT_EQ(first_lines(4), (Lines{"connected 1", lost(errc::heartbeat_missed), "reconnecting 1", "connected 2"}));
  tell("half-open under a handler of 100 ms", "lost", "connected", " ping 20 ms");
}

}  // namespace
}  // namespace zenws::testing
