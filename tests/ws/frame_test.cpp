// Frame headers round-trip over every boundary and are refused when RFC 6455 §5.2 says so.
#include "ws/frame.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "support/exact_bytes.hpp"
#include "support/frames.hpp"

namespace zenws::ws {
namespace {

using Status = DecodedHeader::Status;
using test::ExactBytes;

std::string encoded(const FrameHeader& header) {
  std::string out(header_size(header.length, header.masked), '\0');
  EXPECT_EQ(encode_header(header, std::as_writable_bytes(std::span{out})), out.size());
  return out;
}

DecodedHeader decoded(std::string_view bytes) { return decode_header(ExactBytes{bytes}.bytes()); }

void expect_round_trip(const FrameHeader& header) {
  const std::string bytes = encoded(header);
  const DecodedHeader back = decoded(bytes);
  ASSERT_EQ(back.status, Status::ok) << "length " << header.length;
  EXPECT_EQ(back.size, bytes.size());
  EXPECT_EQ(back.header, header) << "length " << header.length;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const DecodedHeader cut = decoded(bytes.substr(0, size));
    EXPECT_EQ(cut.status, Status::need_more);
    EXPECT_EQ(cut.size, size < 2 ? 2 : bytes.size());
  }
}

constexpr std::uint64_t longest = ~std::uint64_t{0} >> 1U;

TEST(FrameHeader, round_trips_at_every_boundary_of_its_length) {
  for (const std::uint64_t length : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{125}, std::uint64_t{126},
                                     std::uint64_t{127}, std::uint64_t{65534}, std::uint64_t{65535},
                                     std::uint64_t{65536}, std::uint64_t{65537}, std::uint64_t{1} << 32U, longest}) {
    for (const bool masked : {false, true}) {
      expect_round_trip(
          {.masked = masked, .key = masked ? MaskKey{std::byte{1}, std::byte{2}} : MaskKey{}, .length = length});
    }
  }
}

TEST(FrameHeader, round_trips_for_ten_thousand_random_ones) {
  std::mt19937_64 random{20'240'914};
  for (int i = 0; i < 10'000; ++i) {
    FrameHeader header{.fin = random() % 2 == 0,
                       .rsv = static_cast<std::uint8_t>(random() % 8),
                       .opcode = static_cast<Opcode>(random() % 16),
                       .masked = random() % 2 == 0,
                       .length = longest >> (random() % 64)};
    if (header.masked) std::ranges::generate(header.key, [&] { return static_cast<std::byte>(random()); });
    expect_round_trip(header);
    if (HasFailure()) return;
  }
}

TEST(FrameHeader, is_laid_out_as_in_the_examples_of_section_5_7) {
  EXPECT_EQ(encoded({.opcode = Opcode::text, .length = 5}), "\x81\x05");
  EXPECT_EQ(encoded({.fin = false, .opcode = Opcode::text, .length = 3}), "\x01\x03");
  EXPECT_EQ(encoded({.opcode = Opcode::binary, .length = 256}), std::string("\x82\x7E\x01\x00", 4));
  EXPECT_EQ(encoded({.opcode = Opcode::binary, .length = 65536}), std::string("\x82\x7F\0\0\0\0\0\x01\0\0", 10));
  const MaskKey key{std::byte{0x37}, std::byte{0xFA}, std::byte{0x21}, std::byte{0x3D}};
  EXPECT_EQ(encoded({.opcode = Opcode::text, .masked = true, .key = key, .length = 5}), "\x81\x85\x37\xFA\x21\x3D");
}

TEST(FrameHeader, is_refused_when_its_length_is_not_minimal) {
  for (const std::uint64_t length : {0U, 1U, 125U}) {
    EXPECT_EQ(decoded(test::binary("").announcing(length).with_length_size(2).bytes(false)).status,
              Status::not_minimal);
  }
  for (const std::uint64_t length : {0U, 125U, 126U, 65535U}) {
    EXPECT_EQ(decoded(test::binary("").announcing(length).with_length_size(8).bytes(true)).status, Status::not_minimal);
  }
}

TEST(FrameHeader, is_refused_when_the_top_bit_of_its_length_is_set) {
  EXPECT_EQ(decoded(test::binary("").announcing(longest + 1).bytes(false)).status, Status::length_too_long);
  EXPECT_EQ(decoded(test::binary("").announcing(~std::uint64_t{0}).bytes(true)).status, Status::length_too_long);
  EXPECT_EQ(decoded(test::binary("").announcing(longest).bytes(true)).status, Status::ok);
}

TEST(FrameOpcode, is_a_control_frame_when_its_top_bit_is_set) {
  for (const Opcode control : {Opcode::close, Opcode::ping, Opcode::pong}) EXPECT_TRUE(is_control(control));
  for (const Opcode data : {Opcode::continuation, Opcode::text, Opcode::binary}) EXPECT_FALSE(is_control(data));
}

}  // namespace
}  // namespace zenws::ws
