// Which texts are UTF-8, and how long the character at the front of one is.
#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace zenws {
namespace {

TEST(IsUtf8, tells_half_a_surrogate_pair_from_text) {
  EXPECT_TRUE(is_utf8("价格"));
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\xF4\x8F\xBF\xBF\xED\x9F\xBF\xE0\xA0\x80\xC2\x80"));
  for (const char* wrong : {"\xED\xA0\x80", "\x80", "\xC1\x80", "\xE0\x9F\x80", "\xF0\x8F\x80\x80", "\xF4\x90\x80\x80",
                            "\xF5\x80\x80\x80", "\xE4\xBB", "\xE4\xBBx", "a\xFF"}) {
    EXPECT_FALSE(is_utf8(wrong)) << wrong;
  }
}

TEST(Utf8Front, is_the_length_of_the_first_character_or_nothing) {
  EXPECT_EQ(utf8_front("ab"), 1U);
  EXPECT_EQ(utf8_front("éa"), 2U);
  EXPECT_EQ(utf8_front("价格"), 3U);
  EXPECT_EQ(utf8_front("😀"), 4U);
  EXPECT_EQ(utf8_front(""), 0U);
  EXPECT_EQ(utf8_front("\xE4\xBB"), 0U);
  EXPECT_EQ(utf8_front("\xED\xA0\x80"), 0U);
}

}  // namespace
}  // namespace zenws
