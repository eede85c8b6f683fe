// A client against yesterday: all that was received then, in order, in its time or at once.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/replay_server.hpp>

#include "base/bytes.hpp"
#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/scratch_folder.hpp"

namespace zenws::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr std::string_view session =
    R"({"ts":"2026-01-01T00:00:00.000000Z","dir":"in","type":"event","data":"{\"event\":\"connect\"}","epoch":1}
{"ts":"2026-01-01T00:00:00.001000Z","dir":"out","type":"text","data":"subscribe","epoch":1}
{"ts":"2026-01-01T00:00:00.002000Z","dir":"in","type":"text","data":"{\"a\":1}","epoch":1}
{"ts":"2026-01-01T00:00:00.003000Z","dir":"in","type":"ping","data":"you?","epoch":1}
damaged
{"ts":"2026-01-01T00:00:00.004000Z","dir":"in","type":"binary","data":"/wA=","binary":true,"epoch":1}
{"ts":"2026-01-01T00:00:00.005000Z","dir":"in","type":"close","data":"{\"code\":1001,\"reason\":\"\"}","epoch":1}
{"ts":"2026-01-01T00:00:00.025000Z","dir":"in","type":"text","data":"last","epoch":2}
)";

struct ReplayServerServes : ::testing::Test {
  ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");
  LogOf<std::string> seen;

  void SetUp() override { write_file(path, session); }

  Options options() {
    Options options;
    options.retry_count = 0;
    options.reconnect_on_error = false;
    options.handler = overloaded{
        [this](const JsonMessage& m) { seen.add(std::string{m.text}); },
        [this](const TextMessage& m) { seen.add(std::string{m.text}); },
        [this](const BinaryMessage& m) { seen.add(std::to_string(m.bytes.size()) + " bytes"); }, [](const auto&) {}};
    options.on_lifecycle = [this](const Lifecycle& event) { seen.add(words(event)); };
    return options;
  }
};

TEST_F(ReplayServerServes, what_came_in_and_then_closes) {
  auto server = ReplayServer::start(path, {.speed = as_fast_as_possible});
  ASSERT_TRUE(server) << to_string(server.error());
  for (std::size_t round = 1; round <= 2; ++round) {
    auto client = Client::connect(server->url(), options());
    ASSERT_TRUE(client);
    EXPECT_TRUE(seen.wait_for_size(round * 6));
    EXPECT_EQ(server->played(), round);
  }
  EXPECT_THAT(seen.all(), ElementsAre("connected 1", R"({"a":1})", "2 bytes", "last", "disconnected 1000", "stopped",
                                      "connected 1", R"({"a":1})", "2 bytes", "last", "disconnected 1000", "stopped"));
  EXPECT_EQ(server->server().pongs(), (std::vector<std::string>{"you?", "you?"}));
}

TEST_F(ReplayServerServes, in_the_recordings_own_time) {
  auto server = ReplayServer::start(path);
  ASSERT_TRUE(server);
  const auto begun = std::chrono::steady_clock::now();
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client);
  EXPECT_TRUE(seen.wait_for("last"));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 23ms);
}

TEST_F(ReplayServerServes, when_the_client_has_asked_for_it) {
  auto server = ReplayServer::start(path, {.speed = as_fast_as_possible,
                                           .wait_for_message = true,
                                           .close_at_end = false,
                                           .script = [](const ReceivedMessage& message) {
                                             return std::vector<Reply>{{.payload = "granted: " + message.payload}};
                                           }});
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client);
  EXPECT_EQ(server->played(), 0U);
  ASSERT_TRUE(client->send_message("subscribe"));
  EXPECT_TRUE(seen.wait_for("last"));
  EXPECT_THAT(seen.all(), ElementsAre("connected 1", "granted: subscribe", R"({"a":1})", "2 bytes", "last"));
  EXPECT_EQ(client->get_state(), State::connected);
}

TEST_F(ReplayServerServes, a_span_of_it_over_tls) {
  const RecordedTime midnight = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
  auto server = ReplayServer::start(
      path, {.tls = true, .speed = as_fast_as_possible, .from = midnight + 3ms, .until = midnight + 20ms});
  ASSERT_TRUE(server);
  Options how = options();
  how.tls.ca_pem = server->server().ca_pem();
  auto client = Client::connect(server->url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_TRUE(seen.wait_for("stopped"));
  EXPECT_THAT(seen.all(), ElementsAre("connected 1", "2 bytes", "disconnected 1000", "stopped"));
}

TEST_F(ReplayServerServes, more_than_fits_anywhere_to_a_client_that_reads_slowly) {
  std::string large;
  const std::string padding(10'000, 'x');
  for (int i = 0; i < 2000; ++i) {
    large += fmt::format(R"({{"ts":"2026-01-01T00:00:00Z","dir":"in","type":"text","data":"{}{}"}})", i, padding);
    large += '\n';
  }
  write_file(path, large);
  auto server = ReplayServer::start(path, {.speed = as_fast_as_possible});
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), {.reconnect_on_error = false, .mailbox_limit = 10});
  ASSERT_TRUE(client);
  for (int i = 0; i < 2000; ++i) {
    const auto message = client->receive(10s);
    ASSERT_TRUE(message) << to_string(message.error());
    ASSERT_EQ(message->text(), std::to_string(i) + padding);
  }
  EXPECT_TRUE(eventually([&] { return server->played() == 1; }));
}

TEST_F(ReplayServerServes, nothing_that_cannot_be_read) {
  EXPECT_FALSE(ReplayServer::start(folder.file("missing")));
  EXPECT_FALSE(ReplayServer::start(path, {.speed = 0}));
}

TEST_F(ReplayServerServes, until_it_is_stopped) {
  auto server = ReplayServer::start(path, {.speed = 1e-3});
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client);
  server->stop();
  EXPECT_TRUE(seen.wait_for("stopped"));
  EXPECT_EQ(server->played(), 0U);
}

}  // namespace
}  // namespace zenws::testing
