// Every member of Faults, as the wire shows it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/open_client.hpp"

namespace zenws::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(FaultRefuseUpgrade, answers_as_told_and_ends) {
  const auto server = Server::start(
      {.faults = {.refuse_upgrade = HttpResponse{503, "Service Unavailable", {{"Retry-After", "7"}}, "busy"}}});
  OpenClient client{*server};
  EXPECT_THAT(client.head, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(client.head, HasSubstr("Retry-After: 7\r\n"));
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
  EXPECT_EQ(client.unread(), "busy");
  EXPECT_EQ(server->upgrades().size(), 1U);
  EXPECT_EQ(server->open_connections(), 0U);
}

TEST(FaultWrongAcceptKey, is_well_formed_and_wrong) {
  const auto server = Server::start({.faults = {.wrong_accept_key = true}});
  const OpenClient client{*server};
  EXPECT_THAT(client.head, StartsWith("HTTP/1.1 101"));
  EXPECT_THAT(client.head, HasSubstr("Sec-WebSocket-Accept: "));
  EXPECT_THAT(client.head, Not(HasSubstr(RawClient::accept)));
}

TEST(FaultForceSubprotocol, chooses_what_was_not_offered) {
  const auto server = Server::start({.faults = {.force_subprotocol = "surprise"}});
  EXPECT_THAT(OpenClient{*server}.head, HasSubstr("Sec-WebSocket-Protocol: surprise\r\n"));
}

TEST(FaultDelayUpgrade, answers_later) {
  const auto server = Server::start({.faults = {.delay_upgrade = 50ms}});
  const auto before = std::chrono::steady_clock::now();
  EXPECT_THAT(OpenClient{*server}.head, StartsWith("HTTP/1.1 101"));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 50ms);
}

TEST(FaultDelayUpgrade, of_a_very_long_time_never_answers) {
  const auto server = Server::start({.faults = {.delay_upgrade = std::chrono::milliseconds::max()}});
  RawClient client{server->port()};
  client.wait_at_most(100ms);
  EXPECT_EQ(client.upgrade(), "");
  EXPECT_EQ(client.end(), WireEnd::silent);
  EXPECT_EQ(server->open_connections(), 0U);
  EXPECT_EQ(server->upgrades().size(), 1U);
}

TEST(FaultDelayMessages, keeps_their_order_and_takes_that_long_for_each) {
  auto server = Server::start({.faults = {.delay_messages = 20ms}});
  OpenClient client{*server};
  const auto before = std::chrono::steady_clock::now();
  server->inject_message("1");
  client.send_text("2");
  EXPECT_EQ(client.read_payload(), "1");
  EXPECT_EQ(client.read_payload(), "echo: 2");
  EXPECT_GE(std::chrono::steady_clock::now() - before, 40ms);
}

TEST(FaultDelayMessages, does_not_delay_pings_and_closes) {
  auto server = Server::start({.faults = {.delay_messages = 1h}});
  OpenClient client{*server};
  server->inject_message("never seen");
  client.send(ws::Opcode::ping, "now");
  EXPECT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::pong, "now"}));
  server->simulate_disconnect();
  EXPECT_EQ(client.read_close(), 1000);
}

TEST(FaultFragmentSize, cuts_messages_and_nothing_else) {
  auto server = Server::start({.faults = {.fragment_size = 3}});
  OpenClient client{*server};
  server->inject_message("12345678");
  server->inject_ping("a whole ping");
  server->inject_message("123");
  EXPECT_EQ(client.read_frame(), (RawFrame{false, ws::Opcode::text, "123"}));
  EXPECT_EQ(client.read_frame(), (RawFrame{false, ws::Opcode::continuation, "456"}));
  EXPECT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::continuation, "78"}));
  EXPECT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::ping, "a whole ping"}));
  EXPECT_EQ(client.read_frame(), text_frame("123"));
}

TEST(FaultRawAfterUpgrade, follows_the_101_at_once) {
  const auto server = Server::start({.faults = {.raw_after_upgrade = "\x81\x05hello\xFF"}});
  OpenClient client{*server};
  EXPECT_THAT(client.head, EndsWith("\r\n\r\n"));
  EXPECT_EQ(client.read_payload(), "hello");
  EXPECT_EQ(client.unread(), "\xFF");
}

TEST(FaultStall, neither_reads_nor_writes) {
  auto server = Server::start({.faults = {.stall = true}});
  OpenClient client{*server};
  EXPECT_THAT(client.head, StartsWith("HTTP/1.1 101"));
  EXPECT_EQ(server->open_connections(), 1U);
  server->inject_message("x");
  client.send_text("ping");
  client.wait_at_most(100ms);
  EXPECT_EQ(client.read_to_end(), WireEnd::silent);
  EXPECT_EQ(client.unread(), "");
  EXPECT_EQ(server->received_count(), 0U);
}

TEST(FaultStall, ends_by_simulate_disconnect) {
  auto server = Server::start({.faults = {.stall = true}});
  OpenClient one{*server};
  server->simulate_disconnect(Disconnect::code(4000));
  EXPECT_EQ(one.read_close(), 4000);
  OpenClient two{*server};
  server->simulate_disconnect(Disconnect::abrupt());
  EXPECT_EQ(two.read_to_end(), WireEnd::reset);
}

TEST(FaultDropAfterMessages, resets_instead_of_answering_the_last) {
  const auto server = Server::start({.faults = {.drop_after_messages = 3}});
  OpenClient client{*server};
  for (const char* text : {"1", "2"}) {
    client.send_text(text);
    EXPECT_EQ(client.read_payload(), std::string{"echo: "} + text);
  }
  client.send_text("3");
  EXPECT_EQ(client.read_to_end(), WireEnd::reset);
  EXPECT_EQ(client.unread(), "");
  EXPECT_EQ(server->received_count(), 3U);
}

TEST(FaultAcceptThenClose, ends_before_a_byte) {
  const auto server = Server::start({.faults = {.accept_then_close = true}});
  RawClient client{server->port()};
  EXPECT_TRUE(client.connected());
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
  EXPECT_EQ(server->accepted(), 1U);
}

TEST(FaultIgnoreClose, leaves_the_client_waiting) {
  auto server = Server::start({.faults = {.ignore_close = true}});
  {
    OpenClient client{*server};
    client.send_close(1000, "bye");
    client.wait_at_most(100ms);
    EXPECT_EQ(client.read_to_end(), WireEnd::silent);
    EXPECT_EQ(client.unread(), "");
  }
  EXPECT_EQ(server->closes().size(), 1U);
  EXPECT_EQ(server->open_connections(), 0U);
}

TEST(Faults, hold_from_the_next_connection_on) {
  auto server = Server::start();
  OpenClient before{*server};
  server->set_faults({.drop_after_messages = 1});
  OpenClient after{*server};
  server->set_faults({});
  OpenClient last{*server};
  before.send_text("ping");
  after.send_text("ping");
  last.send_text("ping");
  EXPECT_EQ(before.read_payload(), "pong");
  EXPECT_EQ(after.read_to_end(), WireEnd::reset);
  EXPECT_EQ(last.read_payload(), "pong");
}

TEST(Faults, combine) {
  auto server = Server::start({.faults = {.delay_messages = 5ms, .fragment_size = 2, .drop_after_messages = 2}});
  OpenClient client{*server};
  client.send_text("ping");
  EXPECT_EQ(client.read_frame(), (RawFrame{false, ws::Opcode::text, "po"}));
  EXPECT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::continuation, "ng"}));
  client.send_text("ping");
  EXPECT_EQ(client.read_to_end(), WireEnd::reset);
}

}  // namespace
}  // namespace zenws::testing
