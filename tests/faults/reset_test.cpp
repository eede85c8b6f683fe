// The connection ends by RST: when nothing is going on, in the middle of a message, while we send.
#include "faults/fault.hpp"
#include "support/venue.hpp"

namespace zenws::testing {
namespace {

struct Reset : Fault {
  Venue venue;
  Server server = *Server::start({.script = venue.script()});
  const Lines again{"connected 1", lost(std::errc::connection_reset), "reconnecting 1", "connected 2", "degraded A",
                    "restored A"};

  Result<Client> subscribed(Options options) {
    auto client = Client::connect(server.url(), std::move(options));
    EXPECT_TRUE(client && client->subscribe_and_wait({"A"}));
    return client;
  }
};

TEST_F(Reset, while_idle_is_seen_at_once) {
  const auto client = subscribed(options());
  ASSERT_TRUE(client) << to_string(client.error());
  breaks();
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(sees("restored A"));
  EXPECT_EQ(lines(), again);
  tell("RST while idle", "lost", "restored");
}

TEST_F(Reset, in_the_middle_of_a_message_delivers_no_part_of_it) {
  LogOf<std::string> heard;
  Options listening = options();
  listening.handler =
      overloaded{[&](const TextMessage& message) { heard.add(std::string{message.text}); }, [](const auto&) {}};
  const auto client = subscribed(std::move(listening));
  ASSERT_TRUE(client);
  server.inject_raw(std::string{"\x01\x03one\x80\x05tw", 9});  // the second frame never ends
  breaks();
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(sees("restored A"));
  server.inject_message("whole");
  ASSERT_TRUE(heard.wait_for("whole"));
  EXPECT_EQ(heard.all(), Lines{"whole"});
  EXPECT_EQ(lines(), again);
  tell("RST in the middle of a message", "lost", "restored");
}

TEST_F(Reset, while_we_send_drops_what_was_not_written_and_sends_none_of_it_later) {
  const auto client = subscribed(options());
  ASSERT_TRUE(client);
  server.pause_reading(true);
  Client sender = *client;
  const std::string large(256 << 10U, 'x');
  int accepted = 0;
  while (sender.send_message(large)) ++accepted;  // until the send queue is full
  breaks();
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(sees("restored A"));
  ASSERT_TRUE(sender.send_message("new"));
  ASSERT_TRUE(assert_message_sent(server, "new", patience));
  for (const ReceivedMessage& message : server.received()) {
    EXPECT_FALSE(message.connection == 2 && message.payload == large) << "of the old connection, on the new one";
  }
  const StateMetrics metrics = client->get_state_metrics();
  EXPECT_GT(metrics.dropped_on_disconnect, 0U);
  EXPECT_LE(metrics.dropped_on_disconnect, static_cast<std::uint64_t>(accepted));
  EXPECT_EQ(metrics.send_queue_bytes, 0U);
  tell("RST while the send queue is full", "lost", "restored");
}

}  // namespace
}  // namespace zenws::testing
