// assert_message_sent(): what it waits for, and what it says when it waited in vain.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/open_client.hpp"

namespace zenws::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(AssertMessageSent, finds_what_was_sent_before) {
  const auto server = Server::start();
  OpenClient client{*server};
  client.send_text("early");
  EXPECT_EQ(client.read_payload(), "echo: early");
  EXPECT_TRUE(assert_message_sent(*server, "early", 0ms));
  EXPECT_TRUE(assert_message_sent(*server, std::regex{"ear"}, 0ms));
  EXPECT_TRUE(
      assert_message_sent(*server, [](const ReceivedMessage& message) { return message.connection == 1; }, 0ms));
}

TEST(AssertMessageSent, waits_for_what_is_sent_later) {
  const auto server = Server::start();
  OpenClient client{*server};
  const std::jthread sender{[&] {
    for (int i = 0; i < 100; ++i) client.send_text("noise");
    client.send_text(R"({"id":1,"method":"subscribe"})");
  }};
  EXPECT_TRUE(assert_message_sent(*server, json_subset(R"({"method":"subscribe"})"), std::chrono::milliseconds::max()));
}

TEST(AssertMessageSent, looks_through_more_than_one_slice) {
  const auto server = Server::start();
  OpenClient client{*server};
  const std::jthread sender{[&] {
    for (int i = 0; i < 10'000; ++i) client.send_text(std::to_string(i));
  }};
  const std::jthread reader{[&] {
    while (client.read_payload() != "echo: 9999") {
    }
  }};
  EXPECT_TRUE(assert_message_sent(*server, "9999", 30s));
  EXPECT_TRUE(assert_message_sent(*server, "0", 0ms));
  EXPECT_TRUE(assert_message_sent(*server, "5000", 0ms));
}

TEST(AssertMessageSent, says_what_came_instead) {
  const auto server = Server::start();
  OpenClient client{*server};
  for (const char* text : {"1", "2", "3", "4", "5", "6"}) client.send_text(text);
  client.send(ws::Opcode::binary, "\x01\xFF");
  ASSERT_TRUE(eventually([&] { return server->received_count() == 7; }));
  const auto outcome = assert_message_sent(*server, "7", 1ms);
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error() == errc::timeout);
  const std::string detail{outcome.error().detail()};
  EXPECT_THAT(detail, HasSubstr("no client has sent \"7\" within 1 ms"));
  EXPECT_THAT(detail, HasSubstr("the last 5 of 7"));
  EXPECT_THAT(detail, HasSubstr("[1] \"3\", [1] \"4\", [1] \"5\", [1] \"6\", [1] 2 bytes: 01 ff"));
  EXPECT_THAT(detail, Not(HasSubstr("\"2\"")));
}

TEST(AssertMessageSent, says_that_nothing_came) {
  const auto server = Server::start();
  const auto outcome = assert_message_sent(*server, "x", 0ms);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(std::string{outcome.error().detail()}, HasSubstr("nothing was received"));
}

TEST(AssertMessageSent, shows_only_the_beginning_of_a_long_message) {
  const auto server = Server::start();
  OpenClient client{*server};
  client.send_text(std::string(100'000, 'x'));
  ASSERT_TRUE(eventually([&] { return server->received_count() == 1; }));
  const auto outcome = assert_message_sent(*server, "y", 0ms);
  ASSERT_FALSE(outcome);
  EXPECT_LT(outcome.error().detail().size(), 500U);
}

TEST(AssertMessageSent, answers_after_stop) {
  auto server = Server::start();
  OpenClient client{*server};
  client.send_text("kept");
  EXPECT_EQ(client.read_payload(), "echo: kept");
  server->stop();
  EXPECT_TRUE(assert_message_sent(*server, "kept", 0ms));
  EXPECT_FALSE(assert_message_sent(*server, "other", 0ms));
}

}  // namespace
}  // namespace zenws::testing
