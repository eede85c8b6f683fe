// Bodies by each framing, cut everywhere, right and broken.
#include "ws/http_body.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/exact_bytes.hpp"

namespace zenws::ws {
namespace {

using Framing = BodyPrefix::Framing;

struct Read {
  std::string text;
  bool is_over = false;
  friend bool operator==(const Read&, const Read&) = default;
};

Read read(BodyPrefix body, std::string_view wire) {
  Read whole;
  BodyPrefix again = body;
  whole.is_over = !body.feed(test::ExactBytes{wire}.bytes());
  whole.text = body.text();
  bool is_over = !again.feed({});
  for (const char& c : wire) is_over = !again.feed(test::ExactBytes{{&c, 1}}.bytes());
  EXPECT_EQ((Read{again.text(), is_over}), whole) << "byte by byte";
  return whole;
}

TEST(HttpBody, ends_after_its_length) {
  EXPECT_EQ(read(BodyPrefix{Framing::length, 3}, "ab"), (Read{"ab", false}));
  EXPECT_EQ(read(BodyPrefix{Framing::length, 3}, "abcd"), (Read{"abc", true}));
  EXPECT_EQ(read(BodyPrefix{Framing::length, 0}, ""), (Read{"", true}));
}

TEST(HttpBody, never_ends_by_itself_when_it_goes_until_the_end) {
  EXPECT_EQ(read(BodyPrefix{Framing::until_end}, "abc"), (Read{"abc", false}));
}

TEST(HttpBody, ends_with_its_last_chunk) {
  const std::string chunks = "3\r\nabc\r\n00A;name=\"v\"\r\n0123456789\r\n1 \r\nz\r\n";
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, chunks), (Read{"abc0123456789z", false}));
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, chunks + "0\r\nX-Trailer: 1\r\n\r\n"), (Read{"abc0123456789z", true}));
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, "0\r"), (Read{"", false}));
}

TEST(HttpBody, ends_where_its_chunks_break_http) {
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, "3\r\nabcX"), (Read{"abc", true}));
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, "3\r\nabc\r\nxyz\r\n"), (Read{"abc", true}));
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, "\r\n"), (Read{"", true}));
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, "-1\r\n"), (Read{"", true}));
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, "FFFFFFFFFFFFFFFFF\r\nabc"), (Read{"", true}));
}

TEST(HttpBody, is_kept_up_to_4_KiB) {
  const std::string long_text(5000, 'x');
  const Read prefix{long_text.substr(0, 4096), true};
  EXPECT_EQ(read(BodyPrefix{Framing::length, 1U << 30U}, long_text), prefix);
  EXPECT_EQ(read(BodyPrefix{Framing::until_end}, long_text), prefix);
  EXPECT_EQ(read(BodyPrefix{Framing::chunked}, "FFFFFFFFFFFFFFF\r\n" + long_text), prefix);
}

}  // namespace
}  // namespace zenws::ws
