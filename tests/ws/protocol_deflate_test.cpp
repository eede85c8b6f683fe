// Compressed messages among the frames of RFC 6455: where RSV1 may be, fragments, limits and text (RFC 7692 §6, §7.2).
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "support/frames.hpp"
#include "support/protocol_reader.hpp"
#include "ws/deflater.hpp"
#include "ws/protocol.hpp"

namespace zenws::ws {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the frames' words
using ::testing::ElementsAre;

std::string compressed(Deflater& deflater, std::string_view text) {
  Buffer out;
  deflater.deflate(as_bytes(text), out);
  return std::string{as_text(out.bytes())};
}
std::string compressed(std::string_view text) {
  Deflater deflater{{}};
  return compressed(deflater, text);
}

Frame compressed_text(std::string_view message) { return text(compressed(message)).with_rsv(rsv1); }

constexpr ProtocolReader::Manner plainly{};
const InflateParams forgets{};
const InflateParams keeps{.keeps_context = true};

// What comes out of these frames, fed whole, byte by byte, and in every other manner.
std::vector<std::string> read(const std::vector<Frame>& frames, InflateParams inflate = forgets,
                              Role role = Role::client, Limits limits = {}) {
  std::string wire;
  for (const Frame& frame : frames) wire += frame.bytes(role == Role::server);
  ProtocolReader whole{role, limits, plainly, inflate};
  whole.feed(wire);
  for (const std::size_t piece : {1U, 3U, 100U}) {
    for (const ProtocolReader::Manner manner :
         {plainly, ProtocolReader::Manner{.keeps = true}, ProtocolReader::Manner{.reads_directly = true},
          ProtocolReader::Manner{.stops_after = 1}}) {
      ProtocolReader cut{role, limits, manner, inflate};
      for (std::size_t at = 0; at < wire.size(); at += piece) cut.feed(std::string_view{wire}.substr(at, piece));
      cut.finish();
      EXPECT_EQ(cut.events(), whole.events()) << "in pieces of " << piece;
    }
  }
  return whole.events();
}

const std::string failed = failed_line(errc::protocol_error);
const std::string too_big = failed_line(errc::message_too_big);

TEST(ProtocolDeflate, delivers_messages_compressed_or_not_in_both_roles) {
  for (const Role role : {Role::client, Role::server}) {
    EXPECT_THAT(
        read({compressed_text("one"), text("two"), compressed_text("three"), binary(compressed("four")).with_rsv(rsv1),
              ping("five")},
             forgets, role),
        ElementsAre(text_line("one"), text_line("two"), text_line("three"), binary_line("four"), ping_line("five")));
  }
}

TEST(ProtocolDeflate, goes_on_from_message_to_message_where_the_context_is_kept) {
  Deflater deflater{{}};
  std::vector<Frame> frames;
  std::vector<std::string> lines;
  for (int i = 0; i < 20; ++i) {
    const std::string message = R"({"channel":"ticker.BTC","price":)" + std::to_string(i) + "}";
    frames.push_back(text(compressed(deflater, message)).with_rsv(rsv1));
    frames.push_back(text("as it is"));
    lines.insert(lines.end(), {text_line(message), text_line("as it is")});
  }
  EXPECT_EQ(read(frames, keeps), lines);
  EXPECT_EQ(read(frames, forgets)[2], failed) << "it looks back into what was forgotten";
}

TEST(ProtocolDeflate, delivers_fragments_with_control_frames_between_them) {
  const std::string whole = compressed("a message in three pieces");
  EXPECT_THAT(read({text(whole.substr(0, 5)).with_rsv(rsv1).unfinished(), ping("p"),
                    continuation(whole.substr(5, 10)).unfinished(), continuation(whole.substr(15))}),
              ElementsAre(ping_line("p"), text_line("a message in three pieces")));
  EXPECT_THAT(read({text("").with_rsv(rsv1).unfinished(), continuation(whole).unfinished(), continuation("")}),
              ElementsAre(text_line("a message in three pieces")));
}

TEST(ProtocolDeflate, delivers_empty_messages) {
  EXPECT_THAT(read({text(std::string(1, '\0')).with_rsv(rsv1), binary("").with_rsv(rsv1), text("")}, keeps),
              ElementsAre(text_line(""), binary_line(""), text_line("")));
}

TEST(ProtocolDeflate, fails_where_rsv1_must_not_be) {
  EXPECT_THAT(read({ping("").with_rsv(rsv1)}), ElementsAre(failed));
  EXPECT_THAT(read({close(1000).with_rsv(rsv1)}), ElementsAre(failed));
  EXPECT_THAT(read({text("a").unfinished(), continuation("b").with_rsv(rsv1)}), ElementsAre(failed));
  EXPECT_THAT(read({compressed_text("a").unfinished(), continuation("b").with_rsv(rsv1)}), ElementsAre(failed));
  EXPECT_THAT(read({Frame{.opcode = 3}.with_rsv(rsv1)}), ElementsAre(failed));
  for (const unsigned rsv : {1U, 2U, 3U, 5U, 6U, 7U}) EXPECT_THAT(read({text("a").with_rsv(rsv)}), ElementsAre(failed));
}

TEST(ProtocolDeflate, fails_at_what_is_not_deflate) {
  EXPECT_THAT(read({text("\xFF\xFF\xFF").with_rsv(rsv1)}), ElementsAre(failed));
  EXPECT_THAT(read({compressed_text("fine"), text(compressed("cut").substr(0, 2)).with_rsv(rsv1)}),
              ElementsAre(text_line("fine"), failed));
}

TEST(ProtocolDeflate, checks_the_text_that_was_inflated) {
  EXPECT_THAT(read({compressed_text("\xC3\xA4\xE2\x82\xAC")}), ElementsAre(text_line("\xC3\xA4\xE2\x82\xAC")));
  EXPECT_THAT(read({compressed_text("a\xFF")}), ElementsAre(failed_line(errc::invalid_utf8)));
  EXPECT_THAT(read({compressed_text("cut \xE2\x82")}), ElementsAre(failed_line(errc::invalid_utf8)));
  EXPECT_THAT(read({binary(compressed("a\xFF")).with_rsv(rsv1)}), ElementsAre(binary_line("a\xFF")));
}

TEST(ProtocolDeflate, holds_its_limit_while_it_inflates) {
  const Limits limits{.max_message_size = 10'000};
  EXPECT_THAT(read({compressed_text(std::string(10'000, 'x'))}, forgets, Role::client, limits),
              ElementsAre(text_line(std::string(10'000, 'x'))));
  EXPECT_THAT(read({compressed_text(std::string(10'001, 'x'))}, forgets, Role::client, limits), ElementsAre(too_big));
  EXPECT_THAT(read({compressed_text(std::string(10'000, 'x') + "\xC3\xA4")}, forgets, Role::client, limits),
              ElementsAre(too_big))
      << "though it is cut inside of a character";
  const std::string bomb = compressed(std::string(1'000'000, '\0'));
  EXPECT_THAT(read({binary(bomb.substr(0, 50)).with_rsv(rsv1).unfinished(), continuation(bomb.substr(50))}, forgets,
                   Role::client, limits),
              ElementsAre(too_big));
  EXPECT_THAT(read({compressed_text("small"), text(std::string(10'001, 'x'))}, forgets, Role::client, limits),
              ElementsAre(text_line("small"), too_big))
      << "what is not compressed has the limit that it had";
}

TEST(ProtocolDeflate, bounds_what_a_message_may_be_as_it_comes) {
  const Limits limits{.max_message_size = 100};
  std::string noise;
  for (int i = 0; i < 100; ++i) noise += static_cast<char>(i * 131 % 251);
  EXPECT_THAT(read({binary(compressed(noise)).with_rsv(rsv1)}, forgets, Role::client, limits),
              ElementsAre(binary_line(noise)))
      << "longer than it was";
  const std::string nothing("\0\0\0\xFF\xFF", 5);  // a block that is empty
  std::vector<Frame> frames{binary(nothing).with_rsv(rsv1).unfinished()};
  for (int i = 0; i < 1000; ++i) frames.push_back(continuation(nothing).unfinished());
  EXPECT_THAT(read(frames, forgets, Role::client, limits), ElementsAre(too_big)) << "without end";
}

TEST(ProtocolDeflate, holds_nothing_between_messages_without_context) {
  Protocol protocol{Role::client, {}, forgets};
  const std::size_t before = protocol.memory();
  std::string wire = compressed_text("a message").bytes(false);
  wire.resize(wire.size() + text_padding);
  protocol.feed(std::as_writable_bytes(std::span{wire}).first(wire.size() - text_padding));
  EXPECT_EQ(protocol.next().kind, Event::Kind::text);
  EXPECT_EQ(protocol.next().kind, Event::Kind::need_more);
  EXPECT_EQ(protocol.memory(), before);
}

}  // namespace
}  // namespace zenws::ws
