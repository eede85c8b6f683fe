// Every message reaches the user in its shape, in order, from the first byte behind the 101 to the last before the end.
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/json.hpp>
#include <zenws/testing/server.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::LogOf;
using testing::Server;

struct DeliversWhatArrives : ::testing::Test {
  LogOf<std::string> seen;

  Options options() {
    Options options;
    options.retry_count = 0;
    options.handler = overloaded{
        [this](const JsonMessage& m) { seen.add("json " + simdjson::to_string(m.json)); },
        [this](const TextMessage& m) { seen.add("text " + std::string{m.text}); },
        [this](const BinaryMessage& m) { seen.add("binary " + std::to_string(m.bytes.size())); },
        [this](const UnmatchedResponse& m) { seen.add("unmatched " + simdjson::to_string(m.json["id"])); },
        [this](const ProtocolError& m) { seen.add("error " + m.error.code().message()); },
    };
    options.on_lifecycle = [this](const Lifecycle& event) { seen.add(testing::words(event)); };
    return options;
  }
  void expect(const std::vector<std::string>& lines) {
    EXPECT_TRUE(seen.wait_for_size(lines.size()));
    EXPECT_EQ(seen.all(), lines);
  }
};

TEST_F(DeliversWhatArrives, in_the_five_shapes) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  server->inject_message(R"({"a": 1})");
  server->inject_message("hello");
  server->inject_binary(std::as_bytes(std::span{"xyz", 3}));
  server->inject_message(R"({"id":7,"result":"late"})");
  server->inject_raw("\xC1\x01x");
  expect({"connected 1", R"(json {"a":1})", "text hello", "binary 3", "unmatched 7",
          "error " + make_error_code(errc::protocol_error).message(), "disconnected 1006", "stopped"});
  EXPECT_EQ(client->get_state(), State::disconnected);
  ASSERT_EQ(server->closes().size(), 1U);
  EXPECT_EQ(server->closes()[0].code, 1002);
}

TEST_F(DeliversWhatArrives, behind_the_101_in_the_same_write) {
  auto server = Server::start({.faults = {.raw_after_upgrade = std::string{"\x81\x02hi\x81\x03you", 9}}});
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  expect({"connected 1", "text hi", "text you"});
}

TEST_F(DeliversWhatArrives, right_before_the_close) {
  auto server = Server::start({.faults = {.raw_after_upgrade = std::string{"\x81\x02hi\x88\x02\x0F\xA1", 8}}});
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  expect({"connected 1", "text hi", "disconnected 4001", "stopped"});
}

TEST_F(DeliversWhatArrives, in_fragments_and_in_large_messages) {
  auto server = Server::start({.faults = {.fragment_size = 1000}});
  ASSERT_TRUE(server);
  Options how = options();
  how.max_message_size = 3 << 20;
  auto client = Client::connect(server->url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  server->inject_binary(std::vector<std::byte>(3 << 20));
  server->set_faults({});
  server->inject_message("done");
  expect({"connected 1", "binary " + std::to_string(3 << 20), "text done"});
}

TEST_F(DeliversWhatArrives, up_to_max_message_size) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  Options how = options();
  how.max_message_size = 1000;
  auto client = Client::connect(server->url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  server->inject_binary(std::vector<std::byte>(1000));
  server->inject_binary(std::vector<std::byte>(1001));
  expect({"connected 1", "binary 1000", "error " + make_error_code(errc::message_too_big).message(),
          "disconnected 1006", "stopped"});
  EXPECT_EQ(server->closes()[0].code, 1009);
}

TEST_F(DeliversWhatArrives, and_answers_pings) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  server->inject_ping("are you there");
  server->inject_message("behind it");
  expect({"connected 1", "text behind it"});  // the ping was read; its pong leaves before what is sent now
  ASSERT_TRUE(client->send_message("x"));
  ASSERT_TRUE(assert_message_sent(*server, "x", testing::patience));
  EXPECT_EQ(server->pongs(), std::vector<std::string>{"are you there"});
}

TEST_F(DeliversWhatArrives, and_keeps_the_answer_to_its_own_ping_to_itself) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  auto client = Client::connect(server->url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->ping());
  ASSERT_TRUE(client->send_message("x"));
  expect({"connected 1", "text echo: x"});
}

TEST_F(DeliversWhatArrives, on_the_next_connection_too) {
  auto server = Server::start();
  ASSERT_TRUE(server);
  Options how = options();
  how.retry_count = 3;
  how.retry_delay = 1ms;
  auto client = Client::connect(server->url(), how);
  ASSERT_TRUE(client) << to_string(client.error());
  server->simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(seen.wait_for("connected 2"));
  server->inject_message("again");
  expect({"connected 1", "disconnected 1006", "reconnecting 1", "connected 2", "text again"});
  EXPECT_EQ(client->get_state_metrics().reconnects, 1U);
}

}  // namespace
}  // namespace zenws
