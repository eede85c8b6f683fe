// The receiver of RFC 6455, section by section, as scripts (see support/protocol_script.hpp).
#include "ws/protocol.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/frames.hpp"
#include "support/protocol_reader.hpp"
#include "support/protocol_script.hpp"

namespace zenws::ws {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the script's words

// §5.2: the frame.

TEST(ProtocolFrame, is_delivered_as_in_the_examples_of_section_5_7) {
  Script{}.of(Role::client).reads_bytes("\x81\x05Hello").delivers_text("Hello");
  Script{}.of(Role::server).reads_bytes("\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58").delivers_text("Hello");
  Script{}.of(Role::client).reads_bytes("\x01\x03Hel").reads_bytes("\x80\x02lo").delivers_text("Hello");
}

TEST(ProtocolFrame, is_delivered_at_every_boundary_of_its_length) {
  for (const std::size_t size : {0U, 1U, 124U, 125U, 126U, 127U, 128U, 1000U}) {
    Script{}.reads(text(std::string(size, 't'))).delivers_text(std::string(size, 't'));
    Script{}.reads(binary(std::string(size, '\xFF'))).delivers_binary(std::string(size, '\xFF'));
  }
  for (const std::size_t size : {65535U, 65536U}) {
    const std::string payload(size, 'b');
    for (const Role role : {Role::client, Role::server}) {
      for (const std::size_t chunk : {size + 14, std::size_t{1000}, std::size_t{7}}) {
        ProtocolReader reader{role, {}, {}};
        const std::string wire = text(payload).bytes(role == Role::server);
        for (std::size_t at = 0; at < wire.size(); at += chunk) reader.feed(std::string_view{wire}.substr(at, chunk));
        EXPECT_EQ(reader.events(), std::vector{text_line(payload)}) << size << " in chunks of " << chunk;
      }
    }
  }
}

TEST(ProtocolFrame, fails_when_a_reserved_bit_is_set) {
  for (const unsigned rsv : {1U, 2U, 3U, 4U, 5U, 6U, 7U}) {
    Script{}.reads(text("x").with_rsv(rsv)).fails(errc::protocol_error);
    Script{}.reads(ping("x").with_rsv(rsv)).fails(errc::protocol_error);
    Script{}.reads(text("a")).delivers_text("a").reads(close(1000).with_rsv(rsv)).fails(errc::protocol_error);
  }
}

TEST(ProtocolFrame, fails_when_its_opcode_is_reserved) {
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    Script{}.reads({.opcode = opcode}).fails(errc::protocol_error);
    Script{}.reads(text("a").unfinished()).reads({.opcode = opcode, .payload = "x"}).fails(errc::protocol_error);
  }
}

TEST(ProtocolFrame, fails_when_its_length_is_not_minimal) {
  Script{}.reads(text("short").with_length_size(2)).fails(errc::protocol_error);
  Script{}.reads(text("short").with_length_size(8)).fails(errc::protocol_error);
  Script{}.reads(text(std::string(200, 'x')).with_length_size(8)).fails(errc::protocol_error);
}

TEST(ProtocolFrame, fails_when_the_top_bit_of_its_length_is_set) {
  Script{}.reads(binary("").announcing(std::uint64_t{1} << 63U)).fails(errc::protocol_error);
}

// §5.1: masking.

TEST(ProtocolMasking, fails_when_a_server_masks) {
  Script{}.of(Role::client).reads(text("x").with_mask(true)).fails(errc::protocol_error);
  Script{}.of(Role::client).reads(close(1000).with_mask(true)).fails(errc::protocol_error);
}

TEST(ProtocolMasking, fails_when_a_client_does_not_mask) {
  Script{}.of(Role::server).reads(text("x").with_mask(false)).fails(errc::protocol_error);
  Script{}.of(Role::server).reads(ping("x").with_mask(false)).fails(errc::protocol_error);
}

// §5.4: fragmentation.

TEST(ProtocolFragments, are_joined) {
  Script{}
      .reads(text("Hel").unfinished())
      .reads(continuation("lo, ").unfinished())
      .reads(continuation("world"))
      .delivers_text("Hello, world")
      .reads(binary("\xFF").unfinished())
      .reads(continuation("\xFE"))
      .delivers_binary("\xFF\xFE")
      .reads(text("next"))
      .delivers_text("next");
}

TEST(ProtocolFragments, may_be_empty) {
  Script{}
      .reads(text("").unfinished())
      .reads(continuation("").unfinished())
      .reads(continuation(""))
      .delivers_text("")
      .reads(text("").unfinished())
      .reads(continuation("middle").unfinished())
      .reads(continuation(""))
      .delivers_text("middle");
}

TEST(ProtocolFragments, let_control_frames_through_between_them) {
  Script{}
      .reads(text("Hel").unfinished())
      .reads(ping("one"))
      .delivers_ping("one")
      .reads(continuation("l").unfinished())
      .reads(pong(""))
      .delivers_pong("")
      .reads(ping(std::string(125, 'p')))
      .delivers_ping(std::string(125, 'p'))
      .reads(continuation("o"))
      .delivers_text("Hello");
}

TEST(ProtocolFragments, end_when_a_close_comes_between_them) {
  Script{}.reads(text("Hel").unfinished()).reads(close(1000)).closes(1000).reads(continuation("lo"));
}

TEST(ProtocolFragments, fail_when_there_is_nothing_to_continue) {
  Script{}.reads(continuation("x")).fails(errc::protocol_error);
  Script{}.reads(continuation("x").unfinished()).fails(errc::protocol_error);
  Script{}.reads(text("whole")).delivers_text("whole").reads(continuation("x")).fails(errc::protocol_error);
  Script{}
      .reads(text("a").unfinished())
      .reads(continuation("b"))
      .delivers_text("ab")
      .reads(continuation("c"))
      .fails(errc::protocol_error);
}

TEST(ProtocolFragments, fail_when_a_new_message_begins_among_them) {
  Script{}.reads(text("a").unfinished()).reads(text("b")).fails(errc::protocol_error);
  Script{}.reads(binary("a").unfinished()).reads(binary("b").unfinished()).fails(errc::protocol_error);
  Script{}.reads(text("").unfinished()).reads(binary("")).fails(errc::protocol_error);
}

// §5.5: control frames.

TEST(ProtocolControl, delivers_pings_and_pongs_of_any_allowed_length) {
  for (const std::size_t size : {0U, 1U, 124U, 125U}) {
    Script{}
        .reads(ping(std::string(size, '\xFE')))
        .delivers_ping(std::string(size, '\xFE'))
        .reads(pong(std::string(size, 'o')))
        .delivers_pong(std::string(size, 'o'));
  }
}

TEST(ProtocolControl, fails_when_longer_than_125_bytes) {
  for (const std::size_t size : {126U, 127U, 65536U}) {
    for (const unsigned opcode : {0x8U, 0x9U, 0xAU}) {
      Script{}.reads({.opcode = opcode, .announced_length = size}).fails(errc::protocol_error);
    }
  }
}

TEST(ProtocolControl, fails_when_fragmented) {
  Script{}.reads(ping("x").unfinished()).fails(errc::protocol_error);
  Script{}.reads(pong("x").unfinished()).fails(errc::protocol_error);
  Script{}.reads(close(1000).unfinished()).fails(errc::protocol_error);
}

// §5.5.1, §7.4: close.

TEST(ProtocolClose, tells_code_and_reason) {
  Script{}.reads(close()).closes(1005);
  Script{}.reads(close(1000)).closes(1000);
  Script{}.reads(close(1001, "going away")).closes(1001, "going away");
  Script{}.reads(close(4999, std::string(123, 'r'))).closes(4999, std::string(123, 'r'));
}

TEST(ProtocolClose, ends_everything) {
  Script{}
      .reads(text("before"))
      .delivers_text("before")
      .reads(close(1000, "bye"))
      .closes(1000, "bye")
      .reads(text("after"))
      .reads(ping("after"))
      .reads_bytes("not even frames");
}

TEST(ProtocolClose, fails_when_its_payload_breaks_the_rules) {
  Script{}.reads({.opcode = 0x8, .payload = "\x03"}).fails(errc::protocol_error);
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U, 65535U}) {
    Script{}.reads(close(code)).fails(errc::protocol_error);
  }
  Script{}.reads(close(1000, "\xCE\xBA\xED\xA0\x80")).fails(errc::invalid_utf8);
}

// §8.1: UTF-8.

TEST(ProtocolText, may_be_cut_inside_a_character) {
  Script{}
      .reads(text("\xCE").unfinished())
      .reads(continuation("\xBA\xF0\x9F").unfinished())
      .reads(ping(""))
      .delivers_ping("")
      .reads(continuation("\x98\x80"))
      .delivers_text("\xCE\xBA\xF0\x9F\x98\x80");
}

TEST(ProtocolText, fails_when_it_is_not_utf8) {
  Script{}.reads(text("\xFF")).fails(errc::invalid_utf8);
  Script{}.reads(text("abc\xED\xA0\x80")).fails(errc::invalid_utf8);
  Script{}.reads(text("ends too early \xE2\x82")).fails(errc::invalid_utf8);
  Script{}.reads(text("\xE2").unfinished()).reads(continuation("\x82")).fails(errc::invalid_utf8);
}

TEST(ProtocolText, is_not_asked_of_binary_messages) {
  Script{}.reads(binary("\xFF\xFE")).delivers_binary("\xFF\xFE");
  Script{}.reads(binary("\xE2").unfinished()).reads(continuation("\xE2")).delivers_binary("\xE2\xE2");
}

// Autobahn 6.4.1 and 6.4.2: between fragments.
TEST(ProtocolText, fails_in_the_fragment_that_breaks_it) {
  Script{}
      .reads(text("\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5").unfinished())
      .reads(continuation("\xF4\x90\x80\x80").unfinished())
      .fails(errc::invalid_utf8)
      .reads(continuation("edited"));
}

// Autobahn 6.4.3 and 6.4.4: inside one frame that has not wholly come.
TEST(ProtocolText, fails_at_the_first_impossible_byte) {
  for (const Role role : {Role::client, Role::server}) {
    const std::string wire = text("ab\xF4\x90\x80\x80 and much more").bytes(role == Role::server);
    const std::size_t impossible = wire.size() - std::string_view{"\x90\x80\x80 and much more"}.size();
    ProtocolReader reader{role, {}, {}};
    reader.feed(std::string_view{wire}.substr(0, impossible));
    EXPECT_TRUE(reader.events().empty());
    reader.feed(std::string_view{wire}.substr(impossible, 1));
    EXPECT_EQ(reader.events(), std::vector{failed_line(errc::invalid_utf8)});
  }
}

TEST(ProtocolText, is_judged_anew_after_a_message_in_pieces) {
  Script{}
      .reads(text("a").unfinished())
      .reads(continuation("\xC3\xA4"))
      .delivers_text("a\xC3\xA4")
      .reads(text("\xA4"))
      .fails(errc::invalid_utf8);
}

// §7.1.7: failing the connection.

struct Failure {
  Frame frame;
  std::uint16_t close_code;
  std::string_view rule;
};

TEST(ProtocolFailure, names_the_rule_and_the_code_to_close_with) {
  const Failure failures[] = {
      {text("x").with_rsv(4), 1002, "§5.2"}, {text("x").with_mask(true), 1002, "§5.1"},
      {continuation("x"), 1002, "§5.4"},     {ping("x").unfinished(), 1002, "§5.5"},
      {close(1006), 1002, "§7.4"},           {text("\xFF"), 1007, "§8.1"},
      {close(1000, "\xFF"), 1007, "§5.5.1"}, {text("longer than 10"), 1009, "max_message_size"},
  };
  for (const Failure& failure : failures) {
    ProtocolReader reader{Role::client, {.max_message_size = 10}, {}};
    reader.feed(failure.frame.bytes(false));
    ASSERT_EQ(reader.protocol().next().kind, Event::Kind::failed) << failure.rule;
    EXPECT_EQ(reader.protocol().failure_close_code(), failure.close_code) << failure.rule;
    EXPECT_TRUE(reader.protocol().failure().detail().contains(failure.rule)) << reader.protocol().failure().detail();
    EXPECT_EQ(reader.protocol().failure().phase(), Phase::open);
  }
}

TEST(ProtocolFailure, is_repeated_whatever_is_fed) {
  Script{}.reads(continuation("x")).fails(errc::protocol_error).reads(text("after")).reads(close(1000));
  ProtocolReader reader{Role::client, {}, {}};
  reader.feed(continuation("x").bytes(false));
  reader.feed(text("after").bytes(false));
  EXPECT_EQ(reader.protocol().next().kind, Event::Kind::failed);
  EXPECT_TRUE(reader.protocol().direct_target().empty());
}

}  // namespace
}  // namespace zenws::ws
