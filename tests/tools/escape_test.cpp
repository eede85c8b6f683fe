// Nothing that comes from the network reaches a terminal as a control character.
#include "console/escape.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using namespace std::string_literals;

TEST(Escape, leaves_plain_text_and_json_as_they_are) {
  EXPECT_EQ(escaped(R"({"price":1.5,"note":"a\nb \\ é 日本 😀"})"), R"({"price":1.5,"note":"a\nb \\ é 日本 😀"})");
  EXPECT_EQ(escaped(""), "");
}

TEST(Escape, shows_control_characters_by_their_bytes) {
  EXPECT_EQ(escaped("a\x1b[31mb"), R"(a\x1B[31mb)");
  EXPECT_EQ(escaped("\0\n\r\t\x07\x7f"s), R"(\x00\x0A\x0D\x09\x07\x7F)");
}

TEST(Escape, shows_c1_controls_that_drive_terminals_too) {
  EXPECT_EQ(escaped("\u009b31m"), R"(\xC2\x9B31m)");
  EXPECT_EQ(escaped("\u0085\u00a0"), "\\xC2\\x85\u00a0");
}

TEST(Escape, shows_line_separators_and_direction_marks) {
  EXPECT_EQ(escaped("\u2028\u202e"), R"(\xE2\x80\xA8\xE2\x80\xAE)");
}

TEST(Escape, shows_each_byte_of_invalid_utf8) {
  EXPECT_EQ(escaped("\xff\xc3(\xe2\x82"), R"(\xFF\xC3(\xE2\x82)");
  EXPECT_EQ(escaped("\xc0\xaf"), R"(\xC0\xAF)");                  // overlong
  EXPECT_EQ(escaped("\xed\xa0\x80"), R"(\xED\xA0\x80)");          // a surrogate
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), R"(\xF4\x90\x80\x80)");  // beyond Unicode
}

TEST(Escape, lets_no_control_byte_through_whatever_comes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string shown = escaped(std::string{static_cast<char>(first), static_cast<char>(second)});
      for (const char c : shown) {
        ASSERT_FALSE((c >= 0 && c < 0x20) || c == 0x7f) << first << ' ' << second;
      }
      ASSERT_FALSE(shown.size() == 2 && first == 0xc2 && second < 0xa0) << second;
    }
  }
}

TEST(Hex, is_two_digits_a_byte) {
  std::string out = "<";
  append_hex(out, std::array{std::byte{0}, std::byte{0x1b}, std::byte{0xff}});
  EXPECT_EQ(out, "<0x001bff");
}

}  // namespace
}  // namespace zenws::program
