// With Options::debug the logger hears of every frame, heartbeat, subscription, retry and close, and of no payload.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::LogOf;
using testing::Server;

struct DebugLines : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> lines;  // of clients with Options::debug, without what names the client

  DebugLines() {
    set_logger([this](LogLevel level, std::string_view line) {
      const std::size_t end = line.find(": ");
      if (level == LogLevel::debug && end != std::string_view::npos) lines.add(std::string{line.substr(end + 2)});
    });
  }
  ~DebugLines() override { set_logger({}); }

  Options options() {
    Options options;
    options.debug = true;
    options.retry_delay = 7ms;
    options.jitter = 0;
    options.stable_after = 0ms;
    options.handler = [](const Message&) {};
    return options;
  }
  bool told(const std::string& pattern) {
    const std::regex wanted{pattern};
    const bool found = lines.wait_until([&](const auto& all) {
      return std::ranges::any_of(all, [&](const std::string& line) { return std::regex_match(line, wanted); });
    });
    if (!found) {
      for (const std::string& line : lines.all()) std::puts(line.c_str());
    }
    return found;
  }
};

TEST_F(DebugLines, tell_kind_and_size_of_each_frame_and_nothing_in_it) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->send_message("s3cret"));
  EXPECT_TRUE(told("connection 1: out, text, 6 bytes"));
  EXPECT_TRUE(told("connection 1: in, text, \\d+ bytes"));
  ASSERT_TRUE(client->send_binary(std::vector<std::byte>(300)));
  EXPECT_TRUE(told("connection 1: out, binary, 300 bytes"));
  EXPECT_TRUE(told("connection 1: in, binary, 300 bytes"));
  ASSERT_TRUE(client->ping());
  EXPECT_TRUE(told("connection 1: out, ping, \\d+ bytes"));
  EXPECT_TRUE(told("connection 1: in, pong, \\d+ bytes"));
  ASSERT_TRUE(client->close(4001, "s3cret"));
  EXPECT_TRUE(told("connection 1: out, close 4001, 8 bytes"));
  EXPECT_TRUE(told("connection 1: in, close 4001, \\d+ bytes"));
  for (const std::string& line : lines.all()) {
    if (line.contains("ended")) continue;
    EXPECT_THAT(line, ::testing::Not(HasSubstr("s3cret")));
  }
}

TEST_F(DebugLines, tell_of_heartbeats_sent_answered_and_missed) {
  Options settings = options();
  settings.heartbeat = Heartbeat::ping_pong(5ms);
  settings.max_missed_heartbeats = 2;
  auto client = Client::connect(server.url(), settings);
  ASSERT_TRUE(client);
  EXPECT_TRUE(told("heartbeat sent"));
  EXPECT_TRUE(told("heartbeat answered after \\d+ us"));
  server.simulate_disconnect(testing::Disconnect::half_open());
  EXPECT_TRUE(told("heartbeat missed, 1 in a row"));
  EXPECT_TRUE(told("connection 1 ended: open: .*heartbeat.*"));
}

TEST_F(DebugLines, tell_of_channels_asked_for_confirmed_and_refused) {
  testing::Venue venue;
  venue.refuse({"nonsense"});
  server.set_script(venue.script());
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"a", "b", "nonsense"}));
  EXPECT_TRUE(told("asked for 3 channels: a, b, nonsense"));
  EXPECT_TRUE(told("confirmed 2 channels: a, b"));
  EXPECT_TRUE(told("refused 1 channel: nonsense"));
  ASSERT_TRUE(client->subscribe_and_wait({"1", "2", "3", "4", "5", "6"}));
  EXPECT_TRUE(told("confirmed 6 channels: 1, 2, 3, 4, 5, …"));
  ASSERT_TRUE(client->unsubscribe({"b"}));
  EXPECT_TRUE(told("gave up 1 channel: b"));
}

TEST_F(DebugLines, tell_of_losses_closes_and_delays_of_retries) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  EXPECT_TRUE(told("connected, connection 1"));
  server.simulate_disconnect(testing::Disconnect::going_away());
  EXPECT_TRUE(told("connection 1: in, close 1001, \\d+ bytes"));
  EXPECT_TRUE(told("connection 1: out, close 1001, \\d+ bytes"));
  EXPECT_TRUE(told("connection 1 ended: .*close 1001.*"));
  EXPECT_TRUE(told("retry 1 in \\d+ ms"));
  EXPECT_TRUE(told("connected, connection 2"));
  server.stop();
  EXPECT_TRUE(told("retry 2 in 7 ms"));
  EXPECT_TRUE(told("retry 3 in 14 ms"));
  EXPECT_TRUE(told("no retry: .*"));
}

TEST_F(DebugLines, name_their_client_by_id_and_by_what_it_is_called) {
  LogOf<std::string> whole;
  set_logger([&](LogLevel, std::string_view line) { whole.add(std::string{line}); });
  const auto beginning_of = [&](const char* name) {
    Options named = options();
    named.name = name;
    named.labels = {{"venue", "deribit"}};
    auto client = Client::connect(server.url("/?token=s3cret"), named);
    EXPECT_TRUE(client && client->close());
    const std::string line = whole.all().back();
    return std::regex_replace(line.substr(0, line.find(" ws://")), std::regex{std::to_string(client->id())}, "ID");
  };
  EXPECT_EQ(beginning_of(""), "client ID");
  EXPECT_EQ(beginning_of("feed-a"), "client ID (feed-a)");
  set_logger({});
}

TEST_F(DebugLines, come_only_from_clients_that_want_them) {
  Options silent = options();
  silent.debug = false;
  silent.heartbeat = Heartbeat::ping_pong(1ms);
  silent.max_missed_heartbeats = 0;
  {
    auto client = Client::connect(server.url(), silent);
    ASSERT_TRUE(client);
    ASSERT_TRUE(client->send_message("hello"));
    ASSERT_TRUE(client->close());
  }
  EXPECT_THAT(lines.all(), ::testing::IsEmpty());
}

TEST_F(DebugLines, may_lead_to_a_logger_that_sends) {
  std::optional<Client> client;
  std::atomic<bool> connected{false};
  set_logger([&](LogLevel, std::string_view line) {
    if (!connected) return;
    if (line.contains("out, text")) (void)client->ping();
    if (line.contains("in, pong")) lines.add("pong");
  });
  client = *Client::connect(server.url(), options());
  connected = true;
  ASSERT_TRUE(client->send_message("hello"));
  EXPECT_TRUE(lines.wait_for("pong"));
  set_logger({});
}

}  // namespace
}  // namespace zenws
