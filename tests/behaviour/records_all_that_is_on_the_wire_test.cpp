// Every frame of both directions is in the recording, and every connection's beginning and end; no secret is.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/recorder.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "base/bytes.hpp"
#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/recorded.hpp"
#include "support/scratch_folder.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::eventually;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::recorded;
using testing::Server;

struct RecordsAllThatIsOnTheWire : ::testing::Test {
  testing::ScratchFolder folder;
  const std::string path = folder.file("session.jsonl");

  Options options() {
    Options options;
    options.record_to = path;
    options.retry_delay = 1ms;
    options.jitter = 0;
    options.max_backoff = 10ms;
    return options;
  }
};

TEST_F(RecordsAllThatIsOnTheWire, frames_of_every_type_in_their_order) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->send_message("hi \xE4\xBB\xB7"));
  EXPECT_EQ(client->receive(10s)->text(), "echo: hi \xE4\xBB\xB7");
  ASSERT_TRUE(client->send_binary(as_bytes("\xFF\xFE")));
  EXPECT_TRUE(client->receive(10s));
  server->inject_ping("you?");
  EXPECT_TRUE(eventually([&] { return !server->pongs().empty(); }));
  const std::uint64_t before = client->get_state_metrics().bytes_in;
  ASSERT_TRUE(client->ping());
  EXPECT_TRUE(eventually([&] { return client->get_state_metrics().bytes_in > before; }));  // its pong
  ASSERT_TRUE(client->close(1000, "bye"));
  EXPECT_THAT(recorded(path),
              ElementsAre("1 in event connect", "1 out text hi \xE4\xBB\xB7", "1 in text echo: hi \xE4\xBB\xB7",
                          "1 out binary \xFF\xFE", "1 in binary \xFF\xFE", "1 in ping you?", "1 out pong you?",
                          "1 out ping ", "1 in pong ", R"(1 out close {"code":1000,"reason":"bye"})",
                          R"(1 in close {"code":1000,"reason":""})", "1 in event disconnect"));
  EXPECT_EQ(client->get_state_metrics().recorder_written, 12U);
  EXPECT_EQ(client->get_state_metrics().recorder_dropped, 0U);
  EXPECT_EQ(client->get_state_metrics().recorder_queue_bytes, 0U);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(RecordsAllThatIsOnTheWire, heartbeats_and_restored_subscriptions_too_over_reconnects) {
  auto server = Server::start({.script = [](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
    if (message.payload == "beat") return {{.payload = "beaten"}};
    return {{.payload = R"({"id":1,"result":["a"]})"}};
  }});
  ASSERT_TRUE(server);
  testing::LogOf<std::string> events;
  Options how = options();
  how.heartbeat = Heartbeat::custom("beat", [](const Message& message) {
    const auto* text = std::get_if<TextMessage>(&message);
    return text != nullptr && text->text == "beaten";
  });
  how.heartbeat.interval = 5ms;
  how.max_missed_heartbeats = 0;
  how.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  auto client = Client::connect(server->url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe({"a"}));
  EXPECT_TRUE(eventually([&] { return client->get_heartbeat_health().last_heartbeat_at.has_value(); }));
  server->simulate_disconnect(testing::Disconnect::abrupt());
  EXPECT_TRUE(events.wait_for("connected 2"));
  EXPECT_TRUE(eventually([&] { return server->received_count() > 3; }));
  ASSERT_TRUE(client->close());
  const auto lines = recorded(path);
  EXPECT_THAT(lines, Contains("1 out text beat"));
  EXPECT_THAT(lines, Contains("1 in text beaten"));
  EXPECT_THAT(lines, Contains("1 in event disconnect"));
  EXPECT_THAT(lines, Contains("2 in event connect"));
  EXPECT_THAT(lines, Contains(HasSubstr("1 out text {\"jsonrpc\":\"2.0\"")));
  EXPECT_THAT(lines, Contains(HasSubstr("2 out text {\"jsonrpc\":\"2.0\"")));
  EXPECT_EQ(Recorder::metadata(path)->reconnects, 1U);
}

TEST_F(RecordsAllThatIsOnTheWire, a_broken_frame_as_what_the_handler_is_told) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  Options how = options();
  how.retry_count = 0;
  testing::LogOf<std::string> events;
  how.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  auto client = Client::connect(server->url(), how);
  ASSERT_TRUE(client);
  server->inject_raw("\xC1\x01x");
  EXPECT_TRUE(events.wait_for("stopped"));
  ASSERT_TRUE(client->close());
  EXPECT_THAT(recorded(path), Contains("1 in event protocol_error"));
}

TEST_F(RecordsAllThatIsOnTheWire, what_the_client_is_called_on_each_connection) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  Options named = options();
  named.name = "feed \"a\"";
  named.labels = {{"venue", "deribit"}, {"kind", "价格\n"}};
  testing::LogOf<std::string> events;
  named.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  auto client = Client::connect(server->url("/x"), named);
  ASSERT_TRUE(client) << to_string(client.error());
  server->simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  ASSERT_TRUE(client->close());
  const auto found = Recorder::metadata(path);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, named.name);
  EXPECT_EQ(found->labels, named.labels);
  std::vector<std::string> connects;
  ASSERT_TRUE(Recorder::replay(path, [&](const RecordedEntry& entry) {
    if (entry.data.starts_with(R"({"event":"connect")")) connects.emplace_back(entry.data);
  }));
  const std::string connect = R"({"event":"connect","url":")" + server->url("/x") +
                              R"(","name":"feed \"a\"","label_venue":"deribit","label_kind":"价格\n"})";
  EXPECT_THAT(connects, ElementsAre(connect, connect));
}

TEST_F(RecordsAllThatIsOnTheWire, but_no_secret) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  Options how = options();
  how.headers = {{"Authorization", "Bearer s3cret"}};
  const std::string url = "ws://user:s3cret@127.0.0.1:" + std::to_string(server->port()) + "/x?token=s3cret";
  auto client = Client::connect(url, how);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->send_message(
      R"({"method":"public/auth","params":{"client_secret":"s3cret","n":[{"signature":"s3cret"}]}})"));
  EXPECT_TRUE(client->receive(10s));  // "echo: {…}"
  ASSERT_TRUE(client->close());
  const std::string content = testing::content_of(path);
  EXPECT_THAT(content, Not(HasSubstr("s3cret")));
  EXPECT_THAT(content, HasSubstr("[REDACTED]"));
  EXPECT_THAT(content, HasSubstr("public/auth"));
}

TEST_F(RecordsAllThatIsOnTheWire, of_one_client_a_file) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto first = Client::connect(server->url(), options());
  ASSERT_TRUE(first);
  const auto second = Client::connect(server->url(), options());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), errc::recorder_failed);
  EXPECT_THAT(std::string{second.error().detail()}, HasSubstr("another client records to this file"));
  EXPECT_EQ(server->accepted(), 1U);
  auto again = first->reconnect();
  ASSERT_TRUE(again) << to_string(again.error());
  ASSERT_TRUE(again->close());
  EXPECT_THAT(recorded(path), ElementsAre("1 in event connect", HasSubstr("out close"), HasSubstr("in close"),
                                          "1 in event disconnect", "1 in event connect", HasSubstr("out close"),
                                          HasSubstr("in close"), "1 in event disconnect"));
}

TEST_F(RecordsAllThatIsOnTheWire, and_the_file_is_free_when_connecting_has_failed) {
  Options how = options();
  how.retry_count = 0;
  for (int i = 0; i < 20; ++i) {
    const auto client = Client::connect("ws://127.0.0.1:1", how);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code(), std::errc::connection_refused) << to_string(client.error());
  }
}

TEST_F(RecordsAllThatIsOnTheWire, and_refuses_what_can_never_be_a_recording) {
  Options how = options();
  how.record_to = folder.path().string();
  const auto client = Client::connect("ws://127.0.0.1:1", how);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error(), errc::invalid_config);
}

TEST_F(RecordsAllThatIsOnTheWire, also_when_the_last_handle_just_goes) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  {
    auto client = Client::connect(server->url(), options());
    ASSERT_TRUE(client);
    ASSERT_TRUE(client->send_message("last words"));
  }
  EXPECT_TRUE(eventually([&] { return testing::content_of(path).contains("\\\"disconnect\\\""); }));
  EXPECT_THAT(recorded(path), Contains("1 out text last words"));
}

TEST_F(RecordsAllThatIsOnTheWire, also_when_the_runtime_ends) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto runtime = std::make_unique<Runtime>();
  Options how = options();
  how.runtime = runtime.get();
  auto client = Client::connect(server->url(), how);
  ASSERT_TRUE(client);
  runtime.reset();
  EXPECT_TRUE(eventually([&] { return testing::content_of(path).contains("\\\"disconnect\\\""); }));
}

}  // namespace
}  // namespace zenws
