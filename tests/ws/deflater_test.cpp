// What is sent compressed: that it is what an inflater takes, how small it is, and what is kept.
#include "ws/deflater.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "ws/inflater.hpp"

namespace zenws::ws {
namespace {

std::string inflated(Inflater& inflater, std::span<const std::byte> compressed) {
  Buffer out;
  EXPECT_EQ(inflater.add(compressed, true, out, SIZE_MAX, 0), Inflater::Status::ok);
  return std::string{as_text(out.bytes())};
}

std::string tick(int i) {
  return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.BTC-PERPETUAL.100ms","data":{"last":)" +
         std::to_string(50'000 + i * 37 % 91) + R"(,"volume":)" + std::to_string(i * 7919 % 10007) + "}}}";
}

TEST(Deflater, makes_messages_that_go_on_from_each_other) {
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    for (const std::uint8_t level : {std::uint8_t{1}, std::uint8_t{6}, std::uint8_t{9}}) {
      Deflater deflater{{.window_bits = bits, .level = level}};
      Inflater inflater{{.window_bits = bits, .keeps_context = true}};
      Buffer out;
      std::size_t plain = 0;
      std::size_t sent = 0;
      for (int i = 0; i < 200; ++i) {
        deflater.deflate(as_bytes(tick(i)), out);
        ASSERT_EQ(inflated(inflater, out.bytes()), tick(i));
        plain += tick(i).size();
        sent += out.size();
      }
      EXPECT_LT(sent * 4, plain) << "window " << int{bits} << ", level " << int{level};
    }
  }
}

TEST(Deflater, forgets_when_told) {
  Deflater deflater{{}};
  Inflater forgets{{}};
  Buffer out;
  for (int i = 0; i < 5; ++i) {
    deflater.deflate(as_bytes(tick(i)), out);
    EXPECT_EQ(inflated(forgets, out.bytes()), tick(i));
    deflater.forget_context();
  }
}

TEST(Deflater, takes_messages_of_any_size) {
  std::minstd_rand random{3};
  Deflater deflater{{}};
  Inflater inflater{{.keeps_context = true}};
  Buffer out;
  for (const std::size_t size : {1U, 2U, 15U, 16U, 100U, 65'535U, 65'536U, 1'000'000U, 5'000'000U}) {
    std::string noise(size, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    for (const std::string& message : {noise, std::string(size, 'x')}) {
      deflater.deflate(as_bytes(message), out);
      ASSERT_TRUE(inflated(inflater, out.bytes()) == message) << size;
    }
  }
}

TEST(Deflater, alone_compresses_each_message_for_itself_or_not_at_all) {
  Inflater forgets{{}};
  for (const DeflateHow how : {DeflateHow{}, DeflateHow{.window_bits = 9}, DeflateHow{.level = 1}, DeflateHow{}}) {
    for (int i = 0; i < 3; ++i) {
      const std::string text = tick(i) + tick(i + 1);
      const auto compressed = Deflater::deflate_alone(how, as_bytes(text));
      ASSERT_FALSE(compressed.empty());
      EXPECT_LT(compressed.size(), text.size());
      EXPECT_EQ(inflated(forgets, compressed), text);
    }
  }
  EXPECT_TRUE(Deflater::deflate_alone({}, as_bytes("x7Q")).empty()) << "it would be longer";
}

}  // namespace
}  // namespace zenws::ws
