// JSON that can stand inside a page.
#include "recordings/json_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace zenws::program {
namespace {

TEST(JsonText, is_the_same_text_when_read_back) {
  for (const std::string text : {"", "plain", "\"quoted\\\"", "line\nbreak\ttab\x01", "é€😀", "</script><!--&amp;"}) {
    EXPECT_EQ(nlohmann::json::parse(json_string(text)), text);
  }
}

TEST(JsonText, holds_nothing_that_ends_a_script_or_begins_markup) {
  const std::string text = json_string("</script><!-- & -->\u2028\u2029");
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos);
  EXPECT_EQ(text.find("\u2028"), std::string::npos);
  EXPECT_EQ(text.find("\u2029"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(text), "</script><!-- & -->\u2028\u2029");
}

TEST(JsonText, shows_invalid_bytes_instead_of_repeating_them) {
  EXPECT_EQ(json_string("a\xff\xfe"), R"("a\\xFF\\xFE")");
}

}  // namespace
}  // namespace zenws::program
