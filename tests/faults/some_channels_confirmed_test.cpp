// A server that confirms only some of the channels, for a while or for ever, or answers none of it.
#include "faults/fault.hpp"
#include "support/venue.hpp"

namespace zenws::testing {
namespace {

struct SomeChannelsConfirmed : Fault {
  Venue venue;
  Server server = *Server::start({.script = venue.script()});

  std::optional<Client> subscribed(Options options) {
    auto client = Client::connect(server.url(), std::move(options));
    if (!client || !client->subscribe_and_wait({"A", "B"})) return std::nullopt;
    return *client;
  }
};

TEST_F(SomeChannelsConfirmed, for_a_while_is_degraded_until_all_are) {
  Options slow = options();
  slow.retry_delay = 50ms;
  const auto client = subscribed(slow);
  ASSERT_TRUE(client);
  venue.refuse({"B"});
  breaks();
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(sees("degraded A B"));
  ASSERT_TRUE(eventually([&] { return venue.batches().size() >= 2; }));
  mends();
  venue.refuse({});
  ASSERT_TRUE(sees("restored A B"));
  EXPECT_EQ(lines(), (Lines{"connected 1", lost(std::errc::connection_reset), "reconnecting 1", "connected 2",
                            "degraded A B", "restored A B"}));
  EXPECT_EQ(client->get_state_metrics().confirmed_size, 2U);
  EXPECT_EQ(client->get_state_metrics().rejected_subscriptions, 0U);
  tell("one channel not confirmed for a while", "degraded", "restored");
}

TEST_F(SomeChannelsConfirmed, for_ever_is_told_and_the_others_are_restored) {
  const auto client = subscribed(options());
  ASSERT_TRUE(client);
  venue.refuse({"B"});
  breaks();
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(sees("restored A"));
  EXPECT_EQ(lines(), (Lines{"connected 1", lost(std::errc::connection_reset), "reconnecting 1", "connected 2",
                            "degraded A B", "rejected B", "restored A"}));
  EXPECT_EQ(venue.batches(), (std::vector<std::size_t>{2, 2, 1, 1, 1})) << "asked four times in all";
  EXPECT_EQ(client->get_state_metrics().subscriptions_size, 1U);
  tell("one channel never confirmed again", "degraded", "restored");
}

TEST_F(SomeChannelsConfirmed, by_no_answer_at_all_is_asked_again_in_time) {
  Options hurried = options();
  hurried.request_timeout = 100ms;
  const auto client = subscribed(hurried);
  ASSERT_TRUE(client);
  venue.be_silent(true);
  breaks();
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(sees("degraded A B"));
  ASSERT_TRUE(assert_message_sent(
      server,
      [](const ReceivedMessage& message) {
        return message.connection == 2 && message.payload.contains("public/subscribe");
      },
      patience));
  mends();
  venue.be_silent(false);
  ASSERT_TRUE(sees("restored A B"));
  EXPECT_EQ(venue.subscribed(2), (std::set<std::string>{"A", "B"}));
  tell("subscribe not answered, request_timeout 100 ms", "degraded", "restored");
}

}  // namespace
}  // namespace zenws::testing
