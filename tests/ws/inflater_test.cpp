// What comes compressed: RFC 7692's own examples, every cut, and what is not DEFLATE or too much of it.
#include "ws/inflater.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "ws/deflater.hpp"

namespace zenws::ws {
namespace {

using Status = Inflater::Status;
using namespace std::string_literals;

constexpr std::size_t limit = 1 << 20;
constexpr std::size_t padding = 64;

struct Inflated {
  Status status = Status::ok;
  std::string text;
};

// A message that comes in pieces of that size, the last of them empty; whole when the piece is large enough.
Inflated inflate(Inflater& inflater, std::string_view compressed, std::size_t piece = SIZE_MAX,
                 std::size_t most = limit) {
  Buffer out;
  Inflated result;
  if (piece == SIZE_MAX) {
    result.status = inflater.add(as_bytes(compressed), true, out, most, padding);
    EXPECT_GE(out.capacity(), out.size() + padding);
    result.text = as_text(out.bytes());
    return result;
  }
  while (!compressed.empty() && result.status == Status::ok) {
    const std::string_view next = compressed.substr(0, piece);
    compressed.remove_prefix(next.size());
    result.status = inflater.add(as_bytes(next), false, out, most, padding);
    EXPECT_GE(out.capacity(), out.size() + padding);
  }
  if (result.status == Status::ok) result.status = inflater.add({}, true, out, most, padding);
  result.text = as_text(out.bytes());
  return result;
}
Inflated inflate(std::string_view compressed, std::size_t piece = SIZE_MAX) {
  Inflater inflater{{}};
  return inflate(inflater, compressed, piece);
}

std::string deflated(std::string_view text, DeflateHow how = {}) {
  Deflater deflater{how};
  Buffer out;
  deflater.deflate(as_bytes(text), out);
  return std::string{as_text(out.bytes())};
}

const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;

TEST(Inflater, inflates_the_examples_of_rfc_7692) {
  EXPECT_EQ(inflate(hello).text, "Hello") << "§7.2.3.1";
  EXPECT_EQ(inflate("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s).text, "Hello") << "§7.2.3.3, no compression";
  EXPECT_EQ(inflate("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s).text, "Hello") << "§7.2.3.4, BFINAL";
  EXPECT_EQ(inflate("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s).text, "Hello") << "§7.2.3.5, two blocks";
  EXPECT_EQ(inflate("\x00"s).text, "") << "§7.2.3.6, an empty message";
  EXPECT_EQ(inflate("\x01"s).text, "") << "the same, with BFINAL";
  EXPECT_EQ(inflate("\x01"s).status, Status::ok);
  EXPECT_EQ(inflate("").text, "");
}

TEST(Inflater, goes_on_with_its_context_only_where_it_is_kept) {
  Inflater keeps{{.keeps_context = true}};
  EXPECT_EQ(inflate(keeps, hello).text, "Hello");
  EXPECT_EQ(inflate(keeps, "\xf2\x00\x11\x00\x00"s).text, "Hello") << "§7.2.3.2: it looks back into the first";
  Inflater forgets{{}};
  EXPECT_EQ(inflate(forgets, hello).text, "Hello");
  EXPECT_EQ(inflate(forgets, "\xf2\x00\x11\x00\x00"s).status, Status::broken);
}

TEST(Inflater, looks_back_beyond_a_block_that_says_it_is_the_last) {
  Inflater keeps{{.keeps_context = true}};
  EXPECT_EQ(inflate(keeps, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s).text, "Hello");
  EXPECT_EQ(inflate(keeps, "\xf2\x00\x11\x00\x00"s).text, "Hello");
}

TEST(Inflater, does_not_mind_how_a_message_is_cut) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += R"({"price":)" + std::to_string(50'000 + i * 37 % 91) + "}";
  const std::string compressed = deflated(text);
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 100U, 1000U}) EXPECT_TRUE(inflate(compressed, piece).text == text);
}

TEST(Inflater, takes_every_window) {
  std::string text;
  std::minstd_rand random{7};
  for (int i = 0; i < 100'000; ++i) text += static_cast<char>('a' + random() % 4);
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    Inflater inflater{{.window_bits = bits}};
    EXPECT_TRUE(inflate(inflater, deflated(text, {.window_bits = bits})).text == text) << int{bits};
  }
  Inflater smallest{{.window_bits = 8}};
  EXPECT_TRUE(inflate(smallest, deflated(text, {.window_bits = 9})).text == text) << "old zlibs take 8 for 9";
}

TEST(Inflater, says_what_is_not_deflate) {
  EXPECT_EQ(inflate("\xff\xff\xff").status, Status::broken);
  EXPECT_EQ(inflate("\x07"s).status, Status::broken) << "a reserved type of block";
  EXPECT_EQ(inflate("\xf2\x00\x11\x00\x00"s).status, Status::broken) << "nothing to look back to";
  EXPECT_EQ(inflate(hello.substr(0, 3)).status, Status::broken) << "cut inside of a block";
  EXPECT_EQ(inflate("\x00\x05\x00\xfa\xff\x48\x65"s).status, Status::broken) << "cut inside of a stored one";
}

TEST(Inflater, stops_a_bomb_at_the_limit_and_needs_no_more_memory_than_that) {
  const std::string bomb = deflated(std::string(std::size_t{64} << 20U, '\0'));
  ASSERT_LT(bomb.size(), 70'000U);
  Inflater inflater{{}};
  Buffer out;
  EXPECT_EQ(inflater.add(as_bytes(bomb), false, out, 1'000'000, padding), Status::too_big);
  EXPECT_EQ(out.size(), 1'000'001U);
  EXPECT_LT(out.capacity(), 2'000'000U);
}

TEST(Inflater, allows_what_the_limit_allows) {
  const std::string text(5000, 'x');
  Inflater inflater{{}};
  EXPECT_EQ(inflate(inflater, deflated(text), SIZE_MAX, 5000).text, text);
  EXPECT_EQ(inflate(inflater, deflated(text), SIZE_MAX, SIZE_MAX).text, text);
  EXPECT_EQ(inflate(inflater, deflated(text), 1, 4999).status, Status::too_big);
  EXPECT_EQ(inflate(inflater, deflated(""s + "a"), 1, 0).status, Status::too_big);
}

TEST(Inflater, counts_what_it_takes_and_gives) {
  Inflater inflater{{}};
  (void)inflate(inflater, hello);
  EXPECT_EQ(inflater.bytes_in(), hello.size());
  EXPECT_EQ(inflater.bytes_out(), 5U);
}

TEST(Inflater, holds_no_memory_between_messages_without_context) {
  Inflater forgets{{}};
  Buffer out;
  ASSERT_EQ(forgets.add(as_bytes(hello), false, out, limit, padding), Status::ok);
  EXPECT_GT(forgets.memory(), 32'000U) << "inside of one";
  ASSERT_EQ(forgets.add({}, true, out, limit, padding), Status::ok);
  EXPECT_EQ(forgets.memory(), 0U);
  Inflater keeps{{.keeps_context = true}};
  EXPECT_EQ(keeps.memory(), 0U);
  (void)inflate(keeps, hello);
  EXPECT_LE(keeps.memory(), 41U << 10U);
}

TEST(Inflater, of_two_messages_at_once_has_each_its_own) {
  Inflater one{{}};
  Inflater other{{}};
  Buffer out_one;
  Buffer out_other;
  ASSERT_EQ(one.add(as_bytes(hello.substr(0, 3)), false, out_one, limit, padding), Status::ok);
  ASSERT_EQ(other.add(as_bytes(hello), false, out_other, limit, padding), Status::ok);
  ASSERT_EQ(other.add({}, true, out_other, limit, padding), Status::ok);
  ASSERT_EQ(one.add(as_bytes(hello.substr(3)), false, out_one, limit, padding), Status::ok);
  ASSERT_EQ(one.add({}, true, out_one, limit, padding), Status::ok);
  EXPECT_EQ(as_text(out_one.bytes()), "Hello");
  EXPECT_EQ(as_text(out_other.bytes()), "Hello");
}

TEST(Inflater, is_never_upset_by_noise) {
  std::minstd_rand random{1};
  for (int round = 0; round < 2000; ++round) {
    std::string noise(random() % 200, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    Inflater inflater{{.keeps_context = round % 2 == 0}};
    for (int message = 0; message < 3; ++message) {
      if (inflate(inflater, noise, 1 + random() % 50, 10'000).status != Status::ok) break;
    }
  }
}

}  // namespace
}  // namespace zenws::ws
