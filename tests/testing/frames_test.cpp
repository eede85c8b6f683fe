// The frames that only this server writes, byte by byte.
#include "testing/frames.hpp"

#include <gtest/gtest.h>

namespace zenws::testing {
namespace {

std::string text_of(const Buffer& buffer) { return {reinterpret_cast<const char*>(buffer.data()), buffer.size()}; }

std::string message(std::string_view payload, std::size_t fragment_size) {
  Buffer out;
  append_message(out, ws::Opcode::text, std::as_bytes(std::span{payload}), fragment_size);
  return text_of(out);
}

std::string close(std::uint16_t code, std::string_view reason) {
  Buffer out;
  append_close(out, code, reason);
  return text_of(out);
}

TEST(Frames, a_message_is_one_frame_when_it_fits) {
  EXPECT_EQ(message("Hello", 0), "\x81\x05Hello");
  EXPECT_EQ(message("Hello", 5), "\x81\x05Hello");
  EXPECT_EQ(message("", 1), std::string("\x81\0", 2));
}

TEST(Frames, a_longer_one_is_continued) {
  EXPECT_EQ(message("Hello", 2), std::string{"\x01\x02He"} + "\x00\x02ll"[0] + "\x02ll" + "\x80\x01o");
  EXPECT_EQ(message("ab", 1), std::string{"\x01\x01"} + "a" + "\x80\x01" + "b");
}

TEST(Frames, a_close_carries_any_code) {
  EXPECT_EQ(close(1000, "bye"),
            "\x88\x05\x03\xE8"
            "bye");
  EXPECT_EQ(close(1005, ""), std::string("\x88\0", 2));
  EXPECT_EQ(close(1006, "x"), "\x88\x03\x03\xEEx");
  EXPECT_EQ(close(999, ""), "\x88\x02\x03\xE7");
}

TEST(Frames, a_reason_is_cut_to_what_fits) {
  EXPECT_EQ(close(1000, std::string(200, 'r')).size(), 2U + 125U);
  EXPECT_EQ(close(1006, std::string(200, 'r')).size(), 2U + 125U);
}

}  // namespace
}  // namespace zenws::testing
