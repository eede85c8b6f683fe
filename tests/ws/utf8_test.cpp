// RFC 3629 over all code points, Autobahn's cases of section 6, and pieces cut at every position.
#include "ws/utf8.hpp"

#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/exact_bytes.hpp"

namespace zenws::ws {
namespace {

using test::ExactBytes;

bool is_valid(std::string_view text) { return is_valid_utf8(ExactBytes{text}.bytes()); }

// The bit pattern of RFC 3629 §3, also for what it forbids.
std::string encoded(char32_t c, std::size_t size) {
  if (size == 1) return {static_cast<char>(c)};
  std::string out(size, '\0');
  for (std::size_t i = size; i-- > 1; c >>= 6U) out[i] = static_cast<char>(0x80U | (c & 0x3FU));
  out[0] = static_cast<char>((0xF00U >> size) | c);
  return out;
}
std::string encoded(char32_t c) { return encoded(c, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4); }

// The grammar of RFC 3629 §4, byte after byte: the index of the first byte that no valid text has there, if any.
std::optional<std::size_t> first_impossible(std::string_view text) {
  unsigned low = 0x80;
  unsigned high = 0xBF;
  int wanted = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned byte = static_cast<unsigned char>(text[i]);
    if (wanted > 0) {
      if (byte < low || byte > high) return i;
      --wanted, low = 0x80, high = 0xBF;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return i;
      wanted = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      low = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
      high = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    }
  }
  return std::nullopt;
}

// Feeds `text` byte by byte: the index of the byte refused, if any.
std::optional<std::size_t> refused_at(std::string_view text, Utf8Stream& stream) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!stream.feed(ExactBytes{text.substr(i, 1)}.bytes())) return i;
  }
  return std::nullopt;
}

// Everything about one text, judged whole and in pieces.
void expect_judged(std::string_view text, bool valid) {
  EXPECT_EQ(is_valid(text), valid) << ::testing::PrintToString(text);
  Utf8Stream bytewise;
  const auto refused = refused_at(text, bytewise);
  EXPECT_EQ(refused, first_impossible(text)) << ::testing::PrintToString(text);
  if (!refused) {
    EXPECT_EQ(bytewise.finish(), valid) << ::testing::PrintToString(text);
  }
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Stream at_once;
    const std::string_view start = text.substr(0, cut);
    EXPECT_EQ(at_once.feed(ExactBytes{start}.bytes()), !first_impossible(start)) << ::testing::PrintToString(start);
    Utf8Stream stream;
    const bool accepted = stream.feed(ExactBytes{text.substr(0, cut)}.bytes()) &&
                          stream.feed(ExactBytes{text.substr(cut)}.bytes()) && stream.finish();
    EXPECT_EQ(accepted, valid) << ::testing::PrintToString(text) << " cut at " << cut;
  }
}

TEST(Utf8, accepts_every_code_point_and_no_surrogate) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    const std::string text = encoded(c);
    ASSERT_EQ(is_valid_utf8(std::as_bytes(std::span{text})), !surrogate)
        << "U+" << std::hex << static_cast<unsigned>(c);
    Utf8Stream stream;
    bool accepted = true;
    for (const char& byte : text) accepted = accepted && stream.feed(std::as_bytes(std::span{&byte, 1}));
    ASSERT_EQ(accepted && stream.finish(), !surrogate) << "U+" << std::hex << static_cast<unsigned>(c);
  }
}

TEST(Utf8, refuses_overlong_forms) {
  for (const auto& [c, size] : std::vector<std::pair<char32_t, std::size_t>>{
           {0x00, 2}, {0x2F, 2}, {0x7F, 2}, {0x00, 3}, {0x2F, 3}, {0x7FF, 3}, {0x00, 4}, {0x2F, 4}, {0xFFFF, 4}}) {
    expect_judged(encoded(c, size), false);
  }
}

TEST(Utf8, refuses_what_is_above_the_last_code_point) {
  expect_judged(encoded(0x10FFFF, 4), true);
  expect_judged(encoded(0x110000, 4), false);
  for (const char* text : {"\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFC\x84\x80\x80\x80\x80", "\xFE", "\xFF"}) {
    expect_judged(text, false);
  }
}

// Autobahn 6.5 – 6.23: valid and broken sequences, each alone and between ASCII.
TEST(Utf8, judges_autobahns_cases) {
  const std::string greek = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5";
  for (const std::string& text :
       {std::string{}, greek, std::string{"Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xA0\xC3\xA1-UTF-8!!"},
        std::string{"\xEF\xBF\xBE"}, std::string{"\xEF\xBF\xBF"}, std::string{"\xEF\xBF\xBD"},
        std::string{"\xF0\x9F\xBF\xBE"}, std::string{"\xF4\x8F\xBF\xBF"}, std::string(1, '\0')}) {
    expect_judged(text, true);
    expect_judged("before " + text + " after", true);
  }
  for (const std::string& text :
       {greek + "\xF4\x90\x80\x80" + "edited", greek + "\xED\xA0\x80" + "edited", std::string{"\x80"},
        std::string{"\xBF"}, std::string{"\x80\xBF\x80\xBF\x80\xBF"}, std::string{"\xC0 \xC1 "},
        std::string{"\xE0 \xE1 "}, std::string{"\xF0 \xF1 "}, std::string{"\xC0"}, std::string{"\xE0\x80"},
        std::string{"\xF0\x80\x80"}, std::string{"\xDF"}, std::string{"\xEF\xBF"}, std::string{"\xF7\xBF\xBF"},
        std::string{"\xED\xAF\xBF\xED\xBF\xBF"}}) {
    expect_judged(text, false);
    expect_judged("before " + text + " after", false);
    expect_judged(std::string(40, 'x') + text, false);
  }
}

TEST(Utf8, agrees_with_the_grammar_on_random_bytes) {
  // Bytes at the edges of the grammar's ranges, so that long valid prefixes are common.
  constexpr std::string_view edges = "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC1\xC2\xDF\xE0\xE1\xED\xEF\xF0\xF1\xF4\xF5";
  std::mt19937 random{7};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (std::size_t size = random() % 12; text.size() < size;) text.push_back(edges[random() % edges.size()]);
    Utf8Stream stream;
    const auto refused = refused_at(text, stream);
    expect_judged(text, !refused && stream.finish());
    if (HasFailure()) return;
  }
}

// Every length around the block sizes of the fast path, with one bad byte at every position.
TEST(Utf8, finds_a_bad_byte_at_every_position_of_every_length) {
  for (std::size_t size = 0; size <= 140; ++size) {
    std::string text(size, 'x');
    ASSERT_TRUE(is_valid(text)) << size;
    for (std::size_t at = 0; at < size; ++at) {
      text[at] = '\xFF';
      ASSERT_FALSE(is_valid(text)) << size << " at " << at;
      text[at] = 'x';
    }
  }
  for (const std::size_t size : {319U, 320U, 321U, 352U, 5000U}) {
    std::string text(size, 'x');
    ASSERT_TRUE(is_valid(text)) << size;
    text.back() = '\x80';
    ASSERT_FALSE(is_valid(text)) << size;
  }
}

TEST(Utf8Stream, begins_anew_after_finish) {
  Utf8Stream stream;
  EXPECT_TRUE(stream.feed(std::as_bytes(std::span{"\xE2\x82", 2})));
  EXPECT_FALSE(stream.finish());
  EXPECT_TRUE(stream.feed(std::as_bytes(std::span{"abc", 3})));
  EXPECT_TRUE(stream.finish());
}

}  // namespace
}  // namespace zenws::ws
