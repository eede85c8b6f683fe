// Text from the network cannot steer a terminal, break a line, or pass as something else.
#include "base/escape.hpp"

#include <gtest/gtest.h>

namespace zenws {
namespace {

TEST(EscapeControls, leaves_ordinary_text_alone) {
  EXPECT_EQ(escape_controls(""), "");
  EXPECT_EQ(escape_controls(R"({"a":"b\n"} ~)"), R"({"a":"b\n"} ~)");
  EXPECT_EQ(escape_controls("Grüße, 世界, 😀"), "Grüße, 世界, 😀");
}

TEST(EscapeControls, spells_out_line_ends_and_escapes) {
  EXPECT_EQ(escape_controls("a\r\n\tb"), R"(a\r\n\tb)");
  EXPECT_EQ(escape_controls("\x1b[31mred"), R"(\x1B[31mred)");
  EXPECT_EQ(escape_controls(std::string_view{"\0\x07\x7f", 3}), R"(\x00\x07\x7F)");
}

TEST(EscapeControls, spells_out_controls_beyond_ascii) {
  EXPECT_EQ(escape_controls("\u009b31m"), R"(\u009B31m)");  // the eight-bit CSI
  EXPECT_EQ(escape_controls("a\u2028b\u2029"), R"(a\u2028b\u2029)");
  EXPECT_EQ(escape_controls("\u202Egnp.exe"), R"(\u202Egnp.exe)");
  EXPECT_EQ(escape_controls("\u2066x"), R"(\u2066x)");
}

TEST(EscapeControls, spells_out_each_byte_that_is_not_utf8) {
  EXPECT_EQ(escape_controls("a\xff"
                            "b"),
            R"(a\xFFb)");
  EXPECT_EQ(escape_controls("\xc3"), R"(\xC3)");                  // cut short
  EXPECT_EQ(escape_controls("\xc0\x9b"), R"(\xC0\x9B)");          // overlong
  EXPECT_EQ(escape_controls("\xe0\x80\x9b"), R"(\xE0\x80\x9B)");  // overlong
  EXPECT_EQ(escape_controls("\xed\xa0\x80"), R"(\xED\xA0\x80)");  // surrogate
  EXPECT_EQ(escape_controls("\xf4\x90\x80\x80"), R"(\xF4\x90\x80\x80)");
  EXPECT_EQ(escape_controls("\xe2\x82z"), R"(\xE2\x82z)");
}

}  // namespace
}  // namespace zenws
