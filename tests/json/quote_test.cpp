// Texts of every length and content, as JSON strings and back, beside another library's opinion.
#include "json/quote.hpp"

#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"

namespace zenws::json {
namespace {

std::string as_json(std::string_view text) {
  Buffer out;
  out.append("x");
  append_quoted(out, text);
  return std::string{zenws::as_text(out.bytes())}.substr(1);
}

TEST(JsonAppendQuoted, escapes_as_another_library_does_at_every_place_and_length) {
  for (std::size_t size = 0; size < 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'"', '\\', '\n', '\t', '\x01', '\x1F', ' ', '~'}) {
        std::string text(size, 'a');
        text[at] = c;
        ASSERT_EQ(as_json(text), nlohmann::json(text).dump()) << size << " " << at;
      }
    }
  }
}

TEST(JsonAppendQuoted, and_for_texts_drawn_at_random_over_several_pieces) {
  std::mt19937 random{7};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    const std::size_t size = random() % 20'000;
    while (text.size() < size) {
      const auto kind = random() % 10;
      text += kind < 6   ? std::string(1, static_cast<char>(' ' + random() % 95))
              : kind < 8 ? std::string(1, static_cast<char>(random() % 32))
                         : std::string{"价格é😀"};
    }
    ASSERT_EQ(unquote(as_json(text)), text);
  }
}

TEST(JsonUnquote, reads_escapes) {
  EXPECT_EQ(unquote(R"("a\u0062\n\"")"), "ab\n\"");
  EXPECT_EQ(unquote(R"("\ud83d\ude00")"), "😀");
}

TEST(JsonUnquote, refuses_what_is_no_string) {
  for (const char* wrong : {"", "a", "\"", "\"a", R"("\ud83d")", "1",
                            R"("a" )"
                            "x"}) {
    EXPECT_EQ(unquote(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace zenws::json
