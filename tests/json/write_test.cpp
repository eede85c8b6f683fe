// Texts and ids as they stand in requests.
#include "json/write.hpp"

#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace zenws::json {
namespace {

std::string written(std::string_view text) {
  std::string out = "x";
  append_string(out, text);
  return out.substr(1);
}

TEST(JsonAppendString, puts_plain_texts_in_as_they_are) {
  EXPECT_EQ(written("book.BTC-PERPETUAL.100ms"), R"("book.BTC-PERPETUAL.100ms")");
  EXPECT_EQ(written(""), R"("")");
}

TEST(JsonAppendString, escapes_what_would_end_the_text_or_break_the_line) {
  EXPECT_EQ(written(R"(a","b)"), R"("a\",\"b")");
  EXPECT_EQ(written(R"(\)"), R"("\\")");
  EXPECT_EQ(written("a\nb"), R"("a\nb")");
  EXPECT_EQ(written(std::string_view{"\0\x1F", 2}), R"("\u0000\u001f")");
}

TEST(JsonAppendString, leaves_other_languages_readable) { EXPECT_EQ(written("价格"), "\"价格\""); }

TEST(JsonAppendString, replaces_what_is_not_utf8) { EXPECT_EQ(written("a\xFFz"), "\"a\xEF\xBF\xBDz\""); }

TEST(JsonNextRequestId, never_gives_one_twice) {
  std::vector<std::int64_t> first(1000);
  std::vector<std::int64_t> second(1000);
  const auto fill = [](std::vector<std::int64_t>& ids) {
    for (std::int64_t& id : ids) id = next_request_id();
  };
  std::thread other{[&] { fill(second); }};
  fill(first);
  other.join();
  std::set<std::int64_t> all{first.begin(), first.end()};
  all.insert(second.begin(), second.end());
  EXPECT_EQ(all.size(), 2000U);
  EXPECT_GE(*all.begin(), 1);
}

}  // namespace
}  // namespace zenws::json
