// The fast XOR loop against the definition of RFC 6455 §5.3, over every offset, alignment and small length.
#include "ws/mask.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "support/exact_bytes.hpp"

namespace zenws::ws {
namespace {

using test::ExactBytes;

constexpr MaskKey key{std::byte{0x37}, std::byte{0xFA}, std::byte{0x21}, std::byte{0x3D}};

std::string random_text(std::size_t size) {
  std::mt19937 random{static_cast<unsigned>(size)};
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

// §5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j, j = i MOD 4".
std::string masked(std::string text, std::size_t offset) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = static_cast<char>(static_cast<unsigned char>(text[i]) ^ std::to_integer<unsigned>(key[(i + offset) % 4]));
  }
  return text;
}

// Masks `text` lying `alignment` bytes behind a block's start.
void expect_masked(const std::string& text, std::size_t alignment, std::size_t offset) {
  ExactBytes block{std::string(alignment, 'x') + text};
  mask(block.bytes().subspan(alignment), key, offset);
  ASSERT_EQ(block.text(), std::string(alignment, 'x') + masked(text, offset))
      << "size " << text.size() << ", alignment " << alignment << ", offset " << offset;
}

TEST(Mask, equals_the_definition_for_every_offset_alignment_and_small_size) {
  for (std::size_t size = 0; size <= 100; ++size) {
    const std::string text = random_text(size);
    for (std::size_t alignment = 0; alignment < 16; ++alignment) {
      for (std::size_t offset = 0; offset < 4; ++offset) expect_masked(text, alignment, offset);
    }
  }
}

TEST(Mask, equals_the_definition_for_large_sizes_and_offsets) {
  for (const std::size_t size : {1000U, 65535U, 65536U, 1'000'003U}) expect_masked(random_text(size), 3, 1'000'001);
}

TEST(Mask, undoes_itself) {
  ExactBytes block{"Hello, world"};
  mask(block.bytes(), key, 5);
  mask(block.bytes(), key, 5);
  EXPECT_EQ(block.text(), "Hello, world");
}

TEST(Mask, gives_the_bytes_of_the_example_in_section_5_7) {
  ExactBytes block{"Hello"};
  mask(block.bytes(), key);
  EXPECT_EQ(block.text(), "\x7F\x9F\x4D\x51\x58");
}

TEST(MaskCopy, equals_the_definition_and_leaves_its_source_alone) {
  for (std::size_t size = 0; size <= 100; ++size) {
    const std::string text = random_text(size);
    for (std::size_t alignment = 0; alignment < 16; ++alignment) {
      const ExactBytes from{std::string(alignment, 'x') + text};
      ExactBytes to{std::string(size, 'y')};
      mask_copy(from.bytes().subspan(alignment), to.bytes(), key);
      ASSERT_EQ(to.text(), masked(text, 0)) << "size " << size << ", alignment " << alignment;
      ASSERT_EQ(from.text(), std::string(alignment, 'x') + text);
    }
  }
}

}  // namespace
}  // namespace zenws::ws
