// The byte container of the hot path: order and content survive growing, consuming and moving.
#include "base/buffer.hpp"

#include <string>

#include <gtest/gtest.h>

namespace zenws {
namespace {

std::string text_of(const Buffer& buffer) { return {reinterpret_cast<const char*>(buffer.data()), buffer.size()}; }

TEST(Buffer, starts_empty_and_without_memory) {
  const Buffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(Buffer, keeps_what_is_appended_in_order) {
  Buffer buffer;
  buffer.append("abc");
  buffer.append("");
  buffer.append("def");
  EXPECT_EQ(text_of(buffer), "abcdef");
}

TEST(Buffer, gives_back_from_the_front_what_is_consumed) {
  Buffer buffer;
  buffer.append("abcdef");
  buffer.consume(2);
  EXPECT_EQ(text_of(buffer), "cdef");
  buffer.truncate(1);
  EXPECT_EQ(text_of(buffer), "c");
  buffer.consume(1);
  EXPECT_TRUE(buffer.empty());
}

TEST(Buffer, keeps_its_content_through_any_mix_of_growth_and_consumption) {
  Buffer buffer;
  std::string expected;
  for (std::size_t i = 0; i < 2000; ++i) {
    const std::string piece(i % 97, static_cast<char>('a' + i % 26));
    buffer.append(piece);
    expected += piece;
    const std::size_t taken = (i * 31) % (expected.size() + 1);
    buffer.consume(taken);
    expected.erase(0, taken);
    ASSERT_EQ(text_of(buffer), expected);
  }
}

TEST(Buffer, moves_its_bytes) {
  Buffer from;
  from.append("abc");
  Buffer to{std::move(from)};
  EXPECT_EQ(text_of(to), "abc");
  Buffer assigned;
  assigned = std::move(to);
  EXPECT_EQ(text_of(assigned), "abc");
}

TEST(Buffer, gives_its_memory_back_only_when_released) {
  Buffer buffer;
  buffer.append(std::string(1000, 'x'));
  buffer.clear();
  EXPECT_GE(buffer.capacity(), 1000U);
  buffer.release();
  EXPECT_EQ(buffer.capacity(), 0U);
}

}  // namespace
}  // namespace zenws
