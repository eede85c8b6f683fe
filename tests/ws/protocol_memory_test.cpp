// Where the bytes are: in place, kept, read directly, never more than the limits allow, nothing when idle.
#include <algorithm>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "support/exact_bytes.hpp"
#include "support/frames.hpp"
#include "support/protocol_reader.hpp"
#include "support/protocol_script.hpp"
#include "ws/protocol.hpp"

namespace zenws::ws {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the script's words

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

Event fed(Protocol& protocol, ExactBytes& bytes) {
  protocol.feed(bytes.bytes());
  return protocol.next();
}

TEST(ProtocolMemory, is_small_for_an_idle_connection) {
  EXPECT_LT(sizeof(Protocol), 300U);
  EXPECT_EQ((Protocol{Role::client, {}}.memory()), 0U);
}

TEST(ProtocolMemory, is_not_asked_for_by_a_message_that_came_whole) {
  Protocol protocol{Role::server, {}};
  ExactBytes wire{text("in place").bytes(true), text_padding};
  const Event event = fed(protocol, wire);
  EXPECT_EQ(event.payload.data(), wire.bytes().data() + header_size(8, true));
  EXPECT_EQ(as_text(event.payload), "in place");
  EXPECT_EQ(protocol.memory(), 0U);
}

TEST(ProtocolMemory, is_given_back_after_a_message_in_pieces) {
  ProtocolReader reader{Role::client, {}, {}};
  const std::string wire = text(std::string(100'000, 'x')).bytes(false);
  reader.feed(wire.substr(0, 50'000));
  EXPECT_GT(reader.protocol().memory(), 50'000U);
  reader.feed(wire.substr(50'000));
  EXPECT_EQ(reader.events().size(), 1U);
  EXPECT_EQ(reader.protocol().memory(), 0U);
}

TEST(ProtocolMemory, of_a_large_message_is_not_held_for_a_small_one) {
  ProtocolReader reader{Role::client, {}, {}};
  const std::string large = binary(std::string(mebibyte, 'x')).bytes(false);
  reader.feed(large.substr(0, 1000));
  reader.feed(large.substr(1000) + binary("small").unfinished().bytes(false));
  EXPECT_EQ(reader.events().size(), 1U);
  EXPECT_LT(reader.protocol().memory(), 1000U);
}

// §10.4: limits.

TEST(ProtocolLimit, is_judged_before_memory_is_asked_for) {
  for (const std::uint64_t length :
       {std::uint64_t{1} << 62U, std::uint64_t{17} << 20U, (std::uint64_t{16} << 20U) + 1}) {
    ProtocolReader reader{Role::client, {}, {}};
    reader.feed(binary("").announcing(length).bytes(false));
    EXPECT_EQ(reader.events(), std::vector{failed_line(errc::message_too_big)});
    EXPECT_LT(reader.protocol().memory(), 1000U);
  }
}

TEST(ProtocolLimit, holds_for_the_sum_of_the_fragments) {
  const Limits ten{.max_message_size = 10};
  Script{ten}.reads(text("0123456789")).delivers_text("0123456789");
  Script{ten}.reads(text("0123456789x")).fails(errc::message_too_big);
  Script{ten}.reads(text("01234").unfinished()).reads(continuation("56789")).delivers_text("0123456789");
  Script{ten}.reads(text("01234").unfinished()).reads(continuation("567890")).fails(errc::message_too_big);
  Script{ten}
      .reads(text("01234").unfinished())
      .reads(continuation("56789").unfinished())
      .reads(continuation("").unfinished())
      .reads(continuation("x"))
      .fails(errc::message_too_big);
}

TEST(ProtocolLimit, does_not_count_control_frames_or_earlier_messages) {
  Script{{.max_message_size = 4}}
      .reads(text("ab").unfinished())
      .reads(ping("longer than four"))
      .delivers_ping("longer than four")
      .reads(continuation("cd"))
      .delivers_text("abcd")
      .reads(text("efgh"))
      .delivers_text("efgh");
}

TEST(ProtocolLimit, believes_an_announcement_only_as_far_as_bytes_have_come) {
  Protocol protocol{Role::client, {.max_message_size = std::size_t{1} << 62U}};
  ExactBytes wire{binary("start").announcing(std::uint64_t{1} << 62U).bytes(false)};
  EXPECT_EQ(fed(protocol, wire).kind, Event::Kind::need_more);
  EXPECT_LT(protocol.memory(), 5 * mebibyte);
}

// Large messages.

std::string patterned(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 1000) % 26);
  return text;
}

void expect_read(Role role, const std::string& payload, std::size_t chunk, bool reads_directly) {
  ProtocolReader reader{role, {}, {.reads_directly = reads_directly}};
  const std::string wire = text(payload).bytes(role == Role::server);
  for (std::size_t at = 0; at < wire.size(); at += chunk) reader.feed(std::string_view{wire}.substr(at, chunk));
  ASSERT_EQ(reader.events().size(), 1U);
  EXPECT_TRUE(reader.events()[0] == text_line(payload)) << "chunks of " << chunk;
  EXPECT_EQ(reader.protocol().memory(), 0U);
}

TEST(ProtocolLargeMessage, arrives_in_any_chunks_directly_or_not) {
  const std::string payload = patterned(6 * mebibyte + 123);  // more than is believed at once
  for (const Role role : {Role::client, Role::server}) {
    for (const std::size_t chunk : {std::size_t{10'007}, std::size_t{262'144}, std::size_t{7'000'001}}) {
      expect_read(role, payload, chunk, false);
      expect_read(role, payload, chunk, true);
    }
  }
}

TEST(ProtocolLargeMessage, has_a_direct_target_while_64_KiB_are_missing) {
  Protocol protocol{Role::client, {}};
  EXPECT_TRUE(protocol.direct_target().empty());
  ExactBytes start{binary("start").announcing(mebibyte).bytes(false)};
  EXPECT_EQ(fed(protocol, start).kind, Event::Kind::need_more);
  ASSERT_EQ(protocol.direct_target().size(), mebibyte - 5);
  std::memset(protocol.direct_target().data(), 'x', mebibyte - 5 - 65'536);
  protocol.fed_directly(mebibyte - 5 - 65'536);
  EXPECT_EQ(protocol.next().kind, Event::Kind::need_more);
  EXPECT_EQ(protocol.direct_target().size(), 65'536U);
  protocol.fed_directly(1);
  EXPECT_EQ(protocol.next().kind, Event::Kind::need_more);
  EXPECT_TRUE(protocol.direct_target().empty());
}

TEST(ProtocolLargeMessage, has_no_direct_target_when_it_nearly_came) {
  Protocol protocol{Role::client, {}};
  ExactBytes start{binary("start").announcing(65'535).bytes(false)};
  EXPECT_EQ(fed(protocol, start).kind, Event::Kind::need_more);
  EXPECT_TRUE(protocol.direct_target().empty());
}

TEST(ProtocolLargeMessage, fails_early_on_broken_text_read_directly) {
  Protocol protocol{Role::client, {}};
  ExactBytes start{text("start").announcing(mebibyte).bytes(false)};
  EXPECT_EQ(fed(protocol, start).kind, Event::Kind::need_more);
  protocol.direct_target()[0] = std::byte{0xFF};
  protocol.fed_directly(1);
  EXPECT_EQ(protocol.next().kind, Event::Kind::failed);
  EXPECT_TRUE(protocol.failure() == errc::invalid_utf8);
}

// keep().

TEST(ProtocolKeep, goes_on_from_its_own_copy) {
  Protocol protocol{Role::server, {}};
  auto wire = std::make_unique<ExactBytes>(text("one").bytes(true) + text("two").bytes(true) + text("th").bytes(true),
                                           text_padding);
  EXPECT_EQ(as_text(fed(protocol, *wire).payload), "one");
  protocol.keep();
  wire.reset();
  EXPECT_GT(protocol.memory(), 0U);
  EXPECT_EQ(as_text(protocol.next().payload), "two");
  protocol.keep();  // again, from the copy
  EXPECT_EQ(as_text(protocol.next().payload), "th");
  EXPECT_EQ(protocol.next().kind, Event::Kind::need_more);
  EXPECT_EQ(protocol.memory(), 0U);
}

TEST(ProtocolKeep, lets_more_be_fed_before_the_rest_was_taken) {
  const std::string wire = text("one").bytes(false) + ping("two").bytes(false) + text("three").bytes(false);
  for (std::size_t cut = text("one").bytes(false).size(); cut <= wire.size(); ++cut) {
    ProtocolReader reader{Role::client, {}, {.stops_after = 1}};
    reader.feed(wire.substr(0, cut));
    reader.feed(wire.substr(cut));
    reader.finish();
    EXPECT_EQ(reader.events(), (std::vector{text_line("one"), ping_line("two"), text_line("three")})) << cut;
    EXPECT_EQ(reader.protocol().memory(), 0U);
  }
}

TEST(ProtocolKeep, does_nothing_when_nothing_waits) {
  Protocol protocol{Role::client, {}};
  protocol.keep();
  EXPECT_EQ(protocol.memory(), 0U);
  EXPECT_EQ(protocol.next().kind, Event::Kind::need_more);
}

}  // namespace
}  // namespace zenws::ws
