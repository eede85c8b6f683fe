// Bodies by each framing, cut everywhere, right and broken.
#include "ws/http_body.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/exact_bytes.hpp"

namespace zenws::ws {
namespace {

using Framing = BodyPrefix::Framing;

struct BodyRead {
  std::string text;
  bool is_over = false;
  friend bool operator==(const BodyRead&, const BodyRead&) = default;
};

BodyRead read_body(BodyPrefix body, std::string_view wire) {
  BodyRead whole;
  BodyPrefix again = body;
  whole.is_over = !body.feed(test::ExactBytes{wire}.bytes());
  whole.text = body.text();
  bool is_over = !again.feed({});
  for (const char& c : wire) is_over = !again.feed(test::ExactBytes{{&c, 1}}.bytes());
  EXPECT_EQ((BodyRead{again.text(), is_over}), whole) << "byte by byte";
  return whole;
}

TEST(HttpBody, ends_after_its_length) {
  EXPECT_EQ(read_body(BodyPrefix{Framing::length, 3}, "ab"), (BodyRead{"ab", false}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::length, 3}, "abcd"), (BodyRead{"abc", true}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::length, 0}, ""), (BodyRead{"", true}));
}

TEST(HttpBody, never_ends_by_itself_when_it_goes_until_the_end) {
  EXPECT_EQ(read_body(BodyPrefix{Framing::until_end}, "abc"), (BodyRead{"abc", false}));
}

TEST(HttpBody, ends_with_its_last_chunk) {
  const std::string chunks = "3\r\nabc\r\n00A;name=\"v\"\r\n0123456789\r\n1 \r\nz\r\n";
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, chunks), (BodyRead{"abc0123456789z", false}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, chunks + "0\r\nX-Trailer: 1\r\n\r\n"),
            (BodyRead{"abc0123456789z", true}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "0\r"), (BodyRead{"", false}));
}

TEST(HttpBody, ends_where_its_chunks_break_http) {
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "3\r\nabcX"), (BodyRead{"abc", true}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "3\r\nabc\r\nxyz\r\n"), (BodyRead{"abc", true}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "\r\n"), (BodyRead{"", true}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "-1\r\n"), (BodyRead{"", true}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "FFFFFFFFFFFFFFFFF\r\nabc"), (BodyRead{"", true}));
}

TEST(HttpBody, ends_where_its_chunks_say_too_much_about_themselves) {
  const std::string much(max_chunk_framing, 'x');
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "2\r\nno\r\n3;x=" + much), (BodyRead{"no", true}));
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "2\r\nno" + std::string(max_chunk_framing, '\r')),
            (BodyRead{"no", true}));
  std::string bytes;
  for (std::size_t i = 0; i < max_body_prefix; ++i) bytes += "1\r\nx\r\n";
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, bytes), (BodyRead{std::string(max_body_prefix, 'x'), true}));
}

TEST(HttpBody, is_kept_up_to_4_KiB) {
  const std::string long_text(5000, 'x');
  const BodyRead prefix{long_text.substr(0, 4096), true};
  EXPECT_EQ(read_body(BodyPrefix{Framing::length, 1U << 30U}, long_text), prefix);
  EXPECT_EQ(read_body(BodyPrefix{Framing::until_end}, long_text), prefix);
  EXPECT_EQ(read_body(BodyPrefix{Framing::chunked}, "FFFFFFFFFFFFFFF\r\n" + long_text), prefix);
}

}  // namespace
}  // namespace zenws::ws
