// Every way of Server::simulate_disconnect(), as the wire shows it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/open_client.hpp"

namespace zenws::testing {
namespace {

using ::testing::ElementsAre;

TEST(DisconnectClose, sends_the_frame_and_ends_tcp_after_the_answer) {
  auto server = Server::start();
  OpenClient client{*server};
  server->simulate_disconnect();
  EXPECT_EQ(server->open_connections(), 0U);
  EXPECT_EQ(client.read_close(), 1000);
  client.send_close(1000);
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
  EXPECT_THAT(server->closes(), ElementsAre(CloseReason{1000, ""}));
}

TEST(DisconnectClose, still_records_what_the_client_had_sent_before_its_answer) {
  auto server = Server::start();
  OpenClient client{*server};
  server->simulate_disconnect(Disconnect::going_away());
  client.send_text("sent meanwhile");
  client.send(ws::Opcode::ping, "unanswered");
  client.send_close(1001);
  EXPECT_EQ(client.read_close(), 1001);
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
  EXPECT_TRUE(client.unread().empty());
  EXPECT_TRUE(assert_message_sent(*server, "sent meanwhile"));
}

TEST(DisconnectClose, gives_up_on_a_client_that_does_not_answer) {
  auto server = Server::start();
  OpenClient client{*server};
  server->simulate_disconnect();
  EXPECT_EQ(client.read_close(), 1000);
  EXPECT_NE(client.read_to_end(), WireEnd::silent);
}

TEST(DisconnectCode, sends_any_code_and_reason) {
  auto server = Server::start();
  for (const std::uint16_t code : std::initializer_list<std::uint16_t>{1011, 4000, 1005, 1006, 999, 1015}) {
    OpenClient client{*server};
    server->simulate_disconnect(Disconnect::code(code, code == 1005 ? "" : "why"));
    const auto frame = client.read_frame();
    ASSERT_TRUE(frame);
    const std::string digits{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
    EXPECT_EQ(*frame, (RawFrame{true, ws::Opcode::close, code == 1005 ? "" : digits + "why"}));
  }
}

TEST(DisconnectAbrupt, is_a_reset) {
  auto server = Server::start();
  OpenClient client{*server};
  server->simulate_disconnect(Disconnect::abrupt());
  EXPECT_EQ(client.read_to_end(), WireEnd::reset);
  EXPECT_EQ(server->open_connections(), 0U);
}

TEST(DisconnectAbrupt, welcomes_the_client_again) {
  auto server = Server::start();
  for (int i = 0; i < 20; ++i) {
    OpenClient client{*server};
    server->inject_message("welcome");
    EXPECT_EQ(client.read_payload(), "welcome");
    server->simulate_disconnect(Disconnect::abrupt());
    EXPECT_EQ(client.read_to_end(), WireEnd::reset);
  }
}

TEST(DisconnectHalfOpen, swallows_everything_and_answers_nothing) {
  auto server = Server::start();
  OpenClient client{*server};
  server->simulate_disconnect(Disconnect::half_open());
  server->inject_message("not for the dead");
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(client.send(ws::Opcode::binary, std::string(1 << 20, 'x')));
  client.send(ws::Opcode::ping, "hello?");
  client.send_close(1000);
  client.wait_at_most(100ms);
  EXPECT_EQ(client.read_to_end(), WireEnd::silent);
  EXPECT_EQ(client.unread(), "");
  EXPECT_EQ(server->received_count(), 0U);
  EXPECT_EQ(server->open_connections(), 0U);
}

TEST(DisconnectHalfOpen, ends_with_the_server) {
  auto server = Server::start();
  OpenClient client{*server};
  server->simulate_disconnect(Disconnect::half_open());
  server->stop();
  EXPECT_NE(client.read_to_end(), WireEnd::silent);
}

TEST(Disconnect, leaves_later_connections_alone) {
  auto server = Server::start();
  OpenClient first{*server};
  server->simulate_disconnect(Disconnect::half_open());
  OpenClient second{*server};
  second.send_text("ping");
  EXPECT_EQ(second.read_payload(), "pong");
}

TEST(DisconnectOne, ends_that_connection_and_no_other) {
  auto server = Server::start();
  OpenClient first{*server};
  OpenClient second{*server};
  EXPECT_TRUE(server->simulate_disconnect(Disconnect::abrupt(), 1));
  EXPECT_EQ(first.read_to_end(), WireEnd::reset);
  second.send_text("ping");
  EXPECT_EQ(second.read_payload(), "pong");
  EXPECT_EQ(server->open_connections(), 1U);
}

TEST(DisconnectOne, closes_with_the_code_given) {
  auto server = Server::start();
  OpenClient client{*server};
  EXPECT_TRUE(server->simulate_disconnect(Disconnect::going_away(), 1));
  const auto frame = client.read_frame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->opcode, ws::Opcode::close);
}

TEST(DisconnectOne, knows_when_there_is_none_of_that_number) {
  auto server = Server::start();
  OpenClient client{*server};
  EXPECT_FALSE(server->simulate_disconnect(Disconnect::normal(), 0));
  EXPECT_FALSE(server->simulate_disconnect(Disconnect::normal(), 2));
  EXPECT_TRUE(server->simulate_disconnect(Disconnect::abrupt(), 1));
  EXPECT_FALSE(server->simulate_disconnect(Disconnect::normal(), 1));
}

}  // namespace
}  // namespace zenws::testing
