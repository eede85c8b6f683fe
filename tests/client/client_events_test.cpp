// What a client tells of itself: each event's numbers and texts, and samples that add up, at most one a second.
#include "client/client_events.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <zenws/telemetry.hpp>

#include "support/t0.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using test::t0;

TEST(Sampled, tells_the_first_at_once_and_the_rest_a_second_later) {
  Sampled sampled;
  EXPECT_EQ(sampled.take(t0, 1, 10, false).count, 1U);
  EXPECT_EQ(sampled.take(t0, 2, 20, false).count, 0U);
  EXPECT_EQ(sampled.take(t0 + 999ms, 5, 50, false).count, 0U);
  const auto later = sampled.take(t0 + 1s, 7, 70, false);
  EXPECT_EQ(later.count, 6U);
  EXPECT_EQ(later.bytes, 60U);
  EXPECT_EQ(sampled.take(t0 + 1999ms, 8, 80, false).count, 0U);
}

TEST(Sampled, tells_the_rest_at_once_when_asked_to) {
  Sampled sampled;
  ASSERT_EQ(sampled.take(t0, 1, 10, false).count, 1U);
  EXPECT_EQ(sampled.take(t0 + 1ms, 4, 40, true).count, 3U);
  EXPECT_EQ(sampled.take(t0 + 2ms, 4, 40, true).count, 0U);
}

TEST(Sampled, never_goes_back_when_threads_bring_older_numbers) {
  Sampled sampled;
  ASSERT_EQ(sampled.take(t0, 10, 100, false).count, 10U);
  EXPECT_EQ(sampled.take(t0 + 2s, 9, 90, false).count, 0U);
  const auto newer = sampled.take(t0 + 2s, 11, 95, false);
  EXPECT_EQ(newer.count, 1U);
  EXPECT_EQ(newer.bytes, 0U);
}

using Lines = std::vector<std::string>;

const Error why{errc::disconnected, Phase::open, "oh"};

// All that is told, as `connection.open epoch=3 url=wss://a.example/feed`.
struct ClientEventsTest : ::testing::Test {
  // No client of this process has it: what those tell meanwhile is not ours.
  static constexpr std::uint64_t id = 9'000'000'000;

  std::string url = "wss://a.example/feed";
  Counters counters;
  ClientEvents events{telemetry::Subject{id, "", {}}, url, counters};
  Lines told;

  void SetUp() override {
    ASSERT_TRUE(telemetry::attach_many("client events", telemetry::events(), [this](const telemetry::Event& event) {
      if (event.text("client") == std::to_string(id)) told.push_back(line(event));
    }));
  }
  void TearDown() override { std::ignore = telemetry::detach("client events"); }

  void happens(const Lifecycle& event) { events.happened(event); }

  static std::string line(const telemetry::Event& event) {
    std::string line{event.name.substr(std::string_view{"zen_websocket."}.size())};
    for (const auto& [name, value] : event.measurements) line += fmt::format(" {}={:g}", name, value);
    for (const auto& [name, value] : event.metadata) {
      if (name != "client") line += fmt::format(" {}={}", name, value);
    }
    return line;
  }
  // With the reason behind it.
  static std::string because(const std::string& line) { return line + " reason=" + to_string(why); }
};

TEST_F(ClientEventsTest, number_attempts_from_the_last_success) {
  events.attempt();
  happens(Reconnecting{.attempt = 2, .delay = 1s, .error = why});
  events.attempt();
  events.upgraded(1500us);
  events.attempt();
  const std::string at = " url=" + url;
  EXPECT_EQ(told, (Lines{"connection.attempt attempt=0" + at,
                         because("connection.reconnect_scheduled attempt=2 delay_ms=1000"),
                         "connection.attempt attempt=2" + at, "connection.upgrade connect_time_ms=1.5" + at,
                         "connection.attempt attempt=0" + at}));
}

TEST_F(ClientEventsTest, number_attempts_anew_after_a_restart) {
  happens(Reconnecting{.attempt = 3, .delay = 1s, .error = why});
  happens(Restarting{.restart = 5, .delay = 250ms, .error = why});
  events.attempt();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[1], because("connection.restart_scheduled restart=5 delay_ms=250"));
  EXPECT_EQ(told[2], "connection.attempt attempt=0 url=" + url);
}

TEST_F(ClientEventsTest, name_the_url_of_the_present_attempt) {
  url = "wss://b.example/other";
  events.attempt();
  EXPECT_EQ(told, Lines{"connection.attempt attempt=0 url=wss://b.example/other"});
}

TEST_F(ClientEventsTest, tell_how_a_connection_begins_and_ends) {
  happens(Connected{.epoch = 3, .connect_time = 1ms, .subprotocol = {}});
  counters.epoch.set(3);
  events.closing(why);
  happens(Disconnected{.error = why, .close_code = 1006});
  happens(Stopped{.error = why});
  EXPECT_EQ(told,
            (Lines{"connection.open epoch=3 url=" + url, because("connection.close epoch=3"),
                   because("connection.disconnect epoch=3 close_code=1006"), because("connection.stopped epoch=3")}));
}

TEST_F(ClientEventsTest, tell_of_rotations_that_were_made_or_not) {
  happens(Rotated{.epoch = 4, .connect_time = 1ms, .overlap = 2500us, .repeated = 6});
  events.rotation_failed(2, 30s, why);
  EXPECT_EQ(told, (Lines{"connection.rotated epoch=4 overlap_ms=2.5 repeated=6",
                         because("connection.rotation_failed failures=2 delay_ms=30000")}));
}

TEST_F(ClientEventsTest, tell_of_messages_by_samples_instead_of_each) {
  for (int i = 0; i < 100; ++i) {
    counters.messages_in.add(1);
    events.message_in();
    counters.link.messages_out.add(1);
    events.message_out();
  }
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told[0], "message.in count=1 bytes=0");
  EXPECT_EQ(told[1], "message.out count=1 bytes=0");
  EXPECT_LT(told.size(), 100U);
}

TEST_F(ClientEventsTest, tell_the_rest_of_the_messages_before_the_connection_is_told_to_end) {
  counters.messages_in.set(1);
  counters.link.messages_out.set(1);
  events.message_in();
  events.message_out();
  told.clear();
  counters.messages_in.set(3);
  counters.link.bytes_in.set(20);
  counters.link.messages_out.set(5);
  counters.link.bytes_out.set(400);
  happens(Disconnected{.error = why, .close_code = 1000});
  EXPECT_EQ(told, (Lines{"message.in count=2 bytes=20", "message.out count=4 bytes=400",
                         because("connection.disconnect epoch=0 close_code=1000")}));
}

TEST_F(ClientEventsTest, tell_of_no_messages_where_none_were) {
  events.message_in();
  events.message_out();
  EXPECT_EQ(told, Lines{});
}

TEST_F(ClientEventsTest, tell_what_a_callback_threw_and_how_many_have) {
  counters.handler_failures.set(2);
  events.handler_failed("on_lifecycle", "what?");
  EXPECT_EQ(told, Lines{"handler.exception count=2 callback=on_lifecycle what=what?"});
}

TEST_F(ClientEventsTest, call_a_handler_slow_from_more_than_100_ms_on) {
  events.handler_took(100ms);
  EXPECT_EQ(told, Lines{});
  events.handler_took(100'500us);
  EXPECT_EQ(told, Lines{"handler.slow duration_ms=100.5"});
}

TEST_F(ClientEventsTest, tell_how_full_queue_and_mailbox_are) {
  counters.mailbox_size.set(8);
  counters.mailbox_bytes.set(90);
  events.queue_level(true, 750);
  events.queue_level(false, 250);
  events.mailbox_full(MailboxOverflow::drop_oldest);
  EXPECT_EQ(told, (Lines{"send_queue.high bytes=750", "send_queue.low bytes=250",
                         "mailbox.full messages=8 bytes=90 overflow=drop_oldest"}));
}

TEST_F(ClientEventsTest, tell_of_heartbeats) {
  counters.link.heartbeat.missed_in_a_row.set(2);
  events.heartbeat_sent();
  events.heartbeat_answered(HeartbeatType::ping_pong, 1250us);
  events.heartbeat_missed();
  EXPECT_EQ(told,
            (Lines{"heartbeat.sent count=1", "heartbeat.pong rtt_ms=1.25 type=ping_pong", "heartbeat.missed count=2"}));
}

TEST_F(ClientEventsTest, tell_each_channel_that_is_asked_for_or_given_up) {
  events.subscriptions_desired({"a", "b"});
  events.subscriptions_dropped({"b"});
  events.subscriptions_dropped({});
  EXPECT_EQ(told, (Lines{"subscription_manager.add count=1 channel=a", "subscription_manager.add count=1 channel=b",
                         "subscription_manager.remove count=1 channel=b"}));
}

TEST_F(ClientEventsTest, tell_what_the_server_says_of_channels) {
  events.subscriptions_confirmed(2);
  happens(SubscriptionRejected{.channel = "c", .error = why});
  EXPECT_EQ(told, (Lines{"subscription_manager.confirmed count=2",
                         because("subscription_manager.rejected count=1 channel=c")}));
}

TEST_F(ClientEventsTest, tell_when_no_channel_is_missing_any_more_and_not_that_some_are) {
  happens(Degraded{.channels = {"a", "b"}});
  EXPECT_EQ(told, Lines{});
  happens(Restored{.channels = {"a", "b"}});
  EXPECT_EQ(told, Lines{"subscription_manager.restore channel_count=2 channels=a,b"});
}

TEST_F(ClientEventsTest, name_requests_by_their_numbers_and_texts) {
  events.request_tracked(RequestId{-7}, 2s);
  events.request_resolved(RequestId{"seven"}, 2500us);
  events.request_timed_out(RequestId{8});
  events.request_failed(RequestId{9}, why);
  EXPECT_EQ(told,
            (Lines{"request_correlator.track count=1 id=-7 timeout_ms=2000",
                   "request_correlator.resolve count=1 round_trip_ms=2.5 id=seven",
                   "request_correlator.timeout count=1 id=8", because("request_correlator.fail_all count=1 id=9")}));
}

TEST_F(ClientEventsTest, tell_only_what_somebody_listens_to) {
  ASSERT_TRUE(telemetry::detach("client events"));
  ASSERT_TRUE(telemetry::attach("client events", "zen_websocket.message.in", [this](const telemetry::Event& event) {
    if (event.text("client") == std::to_string(id)) told.push_back(line(event));
  }));
  counters.messages_in.add(1);
  counters.link.messages_out.add(1);
  events.message_out();
  happens(Disconnected{.error = why, .close_code = 1000});
  EXPECT_EQ(told, Lines{"message.in count=1 bytes=0"});
}

}  // namespace
}  // namespace zenws::client
