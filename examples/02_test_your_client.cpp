// Testing your own client with GoogleTest: a real server on loopback, told what to send, when to go and what to break.
#include <chrono>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

namespace {

using namespace std::chrono_literals;
using namespace zenws::testing;

class MyFeed : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server) << zenws::to_string(server.error());
    auto connected = zenws::Client::connect(server->url(), {.reconnect_on_error = false});
    ASSERT_TRUE(connected) << zenws::to_string(connected.error());
    client = *connected;
  }
  zenws::Result<Server> server = Server::start();  // any free port of 127.0.0.1; stops when it is destroyed
  std::optional<zenws::Client> client;             // yours may be a class around it
};

TEST_F(MyFeed, asks_for_its_trades) {
  ASSERT_TRUE(client->send_message(R"({"id": 1, "method": "subscribe", "params": {"channels": ["trades"]}})"));
  const auto sent = assert_message_sent(*server, json_subset(R"({"params": {"channels": ["trades"]}})"));
  EXPECT_TRUE(sent) << zenws::to_string(sent.error());  // the text lists what was sent instead
}

TEST_F(MyFeed, receives_what_the_server_says) {
  server->inject_message(R"({"price": 101.5})");  // connect() has returned: this is never too early
  const auto message = client->receive(1s);
  ASSERT_TRUE(message) << zenws::to_string(message.error());
  EXPECT_EQ(message->text(), R"({"price": 101.5})");
}

TEST_F(MyFeed, gets_its_answers) {
  server->set_script([](const ReceivedMessage& message) {
    return std::vector<Reply>{{.binary = false, .payload = "you said " + message.payload}};
  });
  ASSERT_TRUE(client->send_message("hello"));
  const auto answer = client->receive(1s);
  ASSERT_TRUE(answer) << zenws::to_string(answer.error());
  EXPECT_EQ(answer->text(), "you said hello");
}

TEST_F(MyFeed, notices_that_the_server_goes_away) {
  server->simulate_disconnect(Disconnect::going_away());
  const auto nothing = client->receive(1s);
  ASSERT_FALSE(nothing);
  ASSERT_NE(nothing.error().close(), nullptr) << zenws::to_string(nothing.error());
  EXPECT_EQ(nothing.error().close()->code, 1001);
}

}  // namespace
