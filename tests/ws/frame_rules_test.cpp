// One header for each rule of RFC 6455 §5, and the right ones beside it.
#include "ws/frame_rules.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/frames.hpp"

namespace zenws::ws {
namespace {

using test::Frame;

constexpr FramePlace at_start{.receiver = Role::client, .in_message = false, .room = 1000};
constexpr FramePlace in_message{.receiver = Role::client, .in_message = true, .room = 10};
constexpr FramePlace at_server{.receiver = Role::server, .in_message = false, .room = 1000};

// The broken rule's text, or "".
std::string judged(const Frame& frame, FramePlace place) {
  const std::string bytes = frame.bytes(place.receiver == Role::server);
  const Rule* rule = broken_rule(decode_header(std::as_bytes(std::span{bytes})), place);
  return rule == nullptr ? "" : rule->text;
}

TEST(FrameRules, let_right_headers_pass) {
  for (const FramePlace place : {at_start, at_server}) {
    for (const Frame& frame : {test::text("x"), test::binary("x"), test::ping("x"), test::pong(""), test::close(1000),
                               test::text("x").unfinished(), test::text(std::string(1000, 'x'))}) {
      EXPECT_EQ(judged(frame, place), "");
    }
  }
  for (const Frame& frame : {test::continuation("x"), test::continuation("x").unfinished(), test::ping(""),
                             test::close(), test::continuation("0123456789")}) {
    EXPECT_EQ(judged(frame, in_message), "");
  }
}

TEST(FrameRules, name_the_section_of_the_one_that_is_broken) {
  const auto expect = [](const Frame& frame, FramePlace place, std::string_view section, std::string_view word) {
    const std::string text = judged(frame, place);
    EXPECT_TRUE(text.contains(section) && text.contains(word)) << "\"" << text << "\" for " << word;
  };
  expect(test::text("x").with_length_size(2), at_start, "§5.2", "fewest bytes");
  expect(test::text("x").announcing(~std::uint64_t{0}), at_start, "§5.2", "most significant bit");
  expect(test::text("x").with_rsv(1), at_start, "§5.2", "reserved bit");
  expect({.opcode = 0x3}, at_start, "§5.2", "opcode");
  expect({.opcode = 0xB}, in_message, "§5.2", "opcode");
  expect(test::text("x").with_mask(true), at_start, "§5.1", "server must not");
  expect(test::text("x").with_mask(false), at_server, "§5.1", "client must");
  expect(test::ping("").unfinished(), at_start, "§5.5", "fragmented");
  expect(test::ping(std::string(126, 'x')), at_start, "§5.5", "125");
  expect(test::continuation("x"), at_start, "§5.4", "without a message");
  expect(test::text("x"), in_message, "§5.4", "inside a fragmented");
  expect(test::binary(std::string(1001, 'x')), at_start, "§10.4", "max_message_size");
  expect(test::continuation("0123456789x"), in_message, "§10.4", "max_message_size");
}

// Every first two bytes, with lengths in and out of bounds behind them: who is told at a glance hears the same.
TEST(FrameRules, call_plain_what_is_a_whole_message_by_itself_and_breaks_none) {
  constexpr std::array<std::array<int, 2>, 5> behind{{{0, 0}, {0, 125}, {0, 126}, {0x7F, 0xFF}, {0xFF, 0xFF}}};
  for (const Role receiver : {Role::client, Role::server}) {
    for (int i = 0; i < 0x10000 * static_cast<int>(behind.size()); ++i) {
      std::array<std::byte, max_header_size> bytes{static_cast<std::byte>(i >> 8), static_cast<std::byte>(i)};
      const auto [third, last] = behind.at(static_cast<std::size_t>(i >> 16));
      bytes[2] = static_cast<std::byte>(third);
      bytes[3] = bytes[9] = static_cast<std::byte>(last);
      const DecodedHeader decoded = decode_header(bytes);
      const auto [opcode, length] = std::pair{decoded.header.opcode, decoded.header.length};
      const bool is_whole_message = decoded.header.fin && (opcode == Opcode::text || opcode == Opcode::binary);
      const FramePlace place{.receiver = receiver, .in_message = false, .room = SIZE_MAX};
      const PlainMessage plain = plain_message(bytes, receiver);
      ASSERT_EQ(plain.header_size != 0, broken_rule(decoded, place) == nullptr && is_whole_message) << i;
      if (plain.header_size == 0) continue;
      ASSERT_EQ(plain.header_size, decoded.size) << i;
      ASSERT_EQ(plain.length, length) << i;
      ASSERT_EQ(plain.opcode, opcode) << i;
    }
  }
}

TEST(FrameRules, call_nothing_plain_whose_length_is_cut) {
  for (const test::Frame& frame : {test::text(std::string(200, 'x')), test::binary(std::string(70'000, 'x'))}) {
    const std::string bytes = frame.bytes(false);
    const std::span<const std::byte> all = std::as_bytes(std::span{bytes});
    const std::size_t header = bytes.size() - (bytes.size() > 70'000 ? 70'000 : 200);
    for (std::size_t size = 0; size < header; ++size) {
      const std::vector<std::byte> cut{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size)};
      EXPECT_EQ(plain_message(cut, Role::client).header_size, 0) << size;
    }
    EXPECT_EQ(plain_message(all, Role::client).header_size, header);
  }
}

TEST(FrameRules, have_the_codes_by_which_a_connection_is_failed) {
  EXPECT_EQ(text_is_utf8.code, errc::invalid_utf8);
  const DecodedHeader large{.status = DecodedHeader::Status::ok, .size = 10, .header = {.length = 1001}};
  EXPECT_EQ(broken_rule(large, at_start)->code, errc::message_too_big);
  const DecodedHeader masked{.status = DecodedHeader::Status::ok, .size = 6, .header = {.masked = true}};
  EXPECT_EQ(broken_rule(masked, at_start)->code, errc::protocol_error);
}

}  // namespace
}  // namespace zenws::ws
