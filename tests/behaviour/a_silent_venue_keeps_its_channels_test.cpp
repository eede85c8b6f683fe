// A venue that streams and never answers a subscribe request by id: its channels stay wanted, are restored, and rotate.
#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::eventually;
using testing::LogOf;
using testing::ReceivedMessage;
using testing::Reply;
using testing::Server;
using testing::Venue;
using Lines = std::vector<std::string>;

class SilentVenue : public ::testing::Test {
 protected:
  SilentVenue() {
    set_logger([this](LogLevel level, std::string_view text) {
      if (level == LogLevel::warning) warnings.add(std::string{text});
    });
  }
  ~SilentVenue() override { set_logger({}); }

  std::vector<Reply> answer(const ReceivedMessage& message) {
    if (!message.payload.contains("/subscribe")) return {};
    asked.add(std::to_string(message.connection));
    return {{false, Venue::update("A", ++last)}};
  }
  Options options() {
    Options options{.retry_count = unlimited,
                    .retry_delay = 5ms,
                    .max_backoff = 20ms,
                    .request_timeout = 50ms,
                    .jitter = 0,
                    .stable_after = 0ms};
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    options.handler = [this](const Message&) { ++heard; };
    return options;
  }
  std::ptrdiff_t asked_on(const std::string& connection) const { return std::ranges::count(asked.all(), connection); }

  std::atomic<int> last{0};
  std::atomic<int> heard{0};
  LogOf<std::string> asked;
  LogOf<std::string> events;
  LogOf<std::string> warnings;
  Server server = *Server::start({.script = [this](const ReceivedMessage& message) { return answer(message); }});
};

TEST_F(SilentVenue, is_asked_again_on_each_connection_for_what_it_streams) {
  Client client = *Client::connect(server.url(), options());
  ASSERT_TRUE(client.subscribe({"A"}));
  ASSERT_TRUE(warnings.wait_for_size(1));
  EXPECT_TRUE(warnings.all().at(0).contains("does not answer subscribe requests")) << warnings.all().at(0);
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("restored A"));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_until([](const Lines& all) { return std::ranges::count(all, "restored A") == 2; }));
  EXPECT_EQ(asked.all(), (Lines{"1", "2", "3"})) << "once on each: its data say the rest";
  EXPECT_EQ(client.get_state_metrics().subscriptions_size, 1U);
  EXPECT_EQ(client.get_state_metrics().confirmed_size, 0U);
  EXPECT_EQ(client.get_state_metrics().rejected_subscriptions, 0U);
  EXPECT_EQ(warnings.size(), 1U) << "told once";
  EXPECT_TRUE(eventually([&] { return heard == 3; }));
}

TEST_F(SilentVenue, is_not_given_up_when_nothing_streams_either) {
  server.set_script([this](const ReceivedMessage& message) -> std::vector<Reply> {
    if (message.payload.contains("/subscribe")) asked.add(std::to_string(message.connection));
    return {};
  });
  Client client = *Client::connect(server.url(), options());
  EXPECT_EQ(client.subscribe_and_wait({"A"}).error(), errc::timeout);
  ASSERT_TRUE(eventually([&] { return asked_on("1") == 4; }));
  EXPECT_EQ(client.get_state_metrics().subscriptions_size, 1U);
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(eventually([&] { return asked_on("2") >= 1; }));
  server.inject_message(Venue::update("A", 1));
  EXPECT_TRUE(events.wait_for("restored A"));
  for (const std::string& event : events.all()) EXPECT_FALSE(event.starts_with("rejected")) << event;
}

TEST_F(SilentVenue, is_rotated) {
  Client client = *Client::connect(server.url(), options());
  ASSERT_TRUE(client.subscribe({"A"}));
  ASSERT_TRUE(warnings.wait_for_size(1));
  ASSERT_TRUE(client.rotate());
  ASSERT_TRUE(events.wait_until([](const Lines& all) { return all.back().starts_with("rotated"); }));
  EXPECT_EQ(asked.all(), (Lines{"1", "2"}));
}

}  // namespace
}  // namespace zenws
