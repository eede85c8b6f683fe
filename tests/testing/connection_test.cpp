// What a connection does with what a client sends, seen from the wire.
#include "testing/connection.hpp"

#include <ostream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/open_client.hpp"

namespace zenws::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ConnectionUpgrade, takes_a_request_that_comes_byte_by_byte) {
  const auto server = Server::start();
  RawClient client{server->port()};
  const std::string request =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  for (const char c : request) ASSERT_TRUE(client.write({&c, 1}));
  EXPECT_THAT(client.read_head(), StartsWith("HTTP/1.1 101"));
}

TEST(ConnectionUpgrade, does_not_lose_what_came_with_the_request) {
  for (const auto delay : {0ms, 5ms}) {
    const auto server = Server::start({.faults = {.delay_upgrade = delay}});
    RawClient client{server->port()};
    client.write(
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x84" +
        std::string(4, '\0') + "ping");
    EXPECT_THAT(client.read_head(), StartsWith("HTTP/1.1 101"));
    EXPECT_EQ(client.read_payload(), "pong");
  }
}

TEST(ConnectionUpgrade, refuses_what_is_no_upgrade) {
  const auto server = Server::start();
  RawClient client{server->port()};
  client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_head(), StartsWith("HTTP/1.1 4"));
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
  EXPECT_TRUE(server->upgrades().empty());
  EXPECT_EQ(server->open_connections(), 0U);
}

TEST(ConnectionMessages, are_put_together_from_fragments_with_a_ping_between) {
  const auto server = Server::start();
  OpenClient client{*server};
  const std::string no_mask(4, '\0');
  client.write("\x01\x82" + no_mask + "He" + "\x89\x81" + no_mask + "p" + "\x80\x83" + no_mask + "llo");
  EXPECT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::pong, "p"}));
  EXPECT_EQ(client.read_payload(), "echo: Hello");
}

TEST(ConnectionMessages, of_many_sizes_come_back_whole) {
  const auto server = Server::start();
  OpenClient client{*server};
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U, 1U << 20U}) {
    const std::string payload(size, 'x');
    client.send(ws::Opcode::binary, payload);
    ASSERT_EQ(client.read_frame(), (RawFrame{true, ws::Opcode::binary, payload})) << size;
  }
}

TEST(ConnectionClose, echoes_the_code_and_ends_tcp_first) {
  const auto server = Server::start();
  OpenClient client{*server};
  client.send_close(1001, "leaving");
  EXPECT_EQ(client.read_close(), 1001);
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
}

TEST(ConnectionClose, echoes_a_close_without_a_code_as_it_came) {
  const auto server = Server::start();
  OpenClient client{*server};
  client.send(ws::Opcode::close, "");
  EXPECT_EQ(client.read_close(), 1005);
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
  EXPECT_THAT(server->closes(), ElementsAre(CloseReason{1005, ""}));
}

struct Violation {
  const char* name;
  std::string bytes;
  std::uint16_t code;
};
void PrintTo(const Violation& violation, std::ostream* out) { *out << violation.name; }
class ConnectionViolation : public ::testing::TestWithParam<Violation> {};

TEST_P(ConnectionViolation, is_answered_with_its_close_code) {
  auto server = Server::start();
  OpenClient client{*server};
  // More than the kernel keeps: unread bytes must not turn the end into a reset that overtakes the close frame.
  EXPECT_TRUE(client.write(GetParam().bytes + std::string(16 << 20, 'x')));
  EXPECT_EQ(client.read_close(), GetParam().code);
  EXPECT_EQ(client.read_to_end(), WireEnd::fin);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc6455, ConnectionViolation,
    ::testing::Values(Violation{"unmasked", "\x81\x01x", 1002},
                      Violation{"reserved_opcode", "\x83\x80" + std::string(4, '\0'), 1002},
                      Violation{"invalid_utf8", "\x81\x81" + std::string(4, '\0') + "\xFF", 1007},
                      Violation{"too_big", "\x82\xFF" + std::string{"\0\0\0\1\0\0\0\0", 8} + std::string(4, '\0'),
                                1009}),
    [](const auto& instance) { return std::string{instance.param.name}; });

TEST(ConnectionOutput, stops_reading_from_a_client_that_does_not_read) {
  constexpr int messages = 32;
  auto server = Server::start();
  OpenClient client{*server};
  std::jthread sender{[&] {
    for (int i = 0; i < messages; ++i)
      client.send(ws::Opcode::binary, std::string(1 << 20, static_cast<char>('A' + i)));
  }};
  EXPECT_TRUE(eventually([&] { return server->received_count() >= Connection::pause_at >> 20U; }));
  std::this_thread::sleep_for(1s);  // a bound that is missing shows; a slow machine never fails here
  EXPECT_LT(server->received_count(), messages);
  for (int i = 0; i < messages; ++i) ASSERT_EQ(client.read_payload(), std::string(1 << 20, static_cast<char>('A' + i)));
}

TEST(ConnectionOutput, drops_a_client_that_lets_injected_messages_pile_up) {
  auto server = Server::start();
  OpenClient client{*server};
  const std::vector<std::byte> large(16 << 20);
  for (int i = 0; i < 30 && server->open_connections() == 1; ++i) server->inject_binary(large);
  EXPECT_EQ(server->open_connections(), 0U);
  EXPECT_EQ(client.read_to_end(), WireEnd::reset);
}

TEST(ConnectionFlood, comes_back_in_order) {
  constexpr int messages = 20'000;
  const auto server = Server::start();
  OpenClient client{*server};
  std::jthread sender{[&] {
    for (int i = 0; i < messages; ++i) client.send_text(std::to_string(i));
  }};
  for (int i = 0; i < messages; ++i) ASSERT_EQ(client.read_payload(), "echo: " + std::to_string(i));
}

}  // namespace
}  // namespace zenws::testing
