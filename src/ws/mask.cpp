// The XOR loop behind masking, written so that compilers turn it into vector instructions.
#include "ws/mask.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace zenws::ws {
namespace {

// Loads and stores go through memcpy: any alignment, no aliasing rule broken, and it compiles to plain moves.
template <class Word>
void xor_word(const std::byte* from, std::byte* to, Word key) noexcept {
  Word word{};
  std::memcpy(&word, from, sizeof word);
  word ^= key;
  std::memcpy(to, &word, sizeof word);
}

// A whole block is loaded before any of it is stored, so `to` may be `from`.
using Block = std::array<std::uint64_t, 4>;

void xor_block(const std::byte* from, std::byte* to, std::uint64_t key) noexcept {
  Block block;
  std::memcpy(block.data(), from, sizeof block);
  for (std::uint64_t& word : block) word ^= key;
  std::memcpy(to, block.data(), sizeof block);
}

void xor_bytes(const std::byte* from, std::byte* to, std::size_t size, MaskKey key) noexcept {
  const auto half = std::bit_cast<std::uint32_t>(key);
  const std::uint64_t word = std::uint64_t{half} << 32U | half;
  std::size_t at = 0;
  for (; size - at >= sizeof(Block); at += sizeof(Block)) xor_block(from + at, to + at, word);
  for (; size - at >= sizeof word; at += sizeof word) xor_word(from + at, to + at, word);
  if (size - at >= sizeof half) {
    xor_word(from + at, to + at, half);
    at += sizeof half;
  }
  // Every step so far was a multiple of the key's four bytes.
  for (std::size_t i = 0; at < size; ++at, ++i) to[at] = from[at] ^ key[i];
}

}  // namespace

void mask(std::span<std::byte> bytes, MaskKey key, std::size_t offset) noexcept {
  if (offset % key.size() != 0) std::ranges::rotate(key, key.begin() + offset % key.size());
  xor_bytes(bytes.data(), bytes.data(), bytes.size(), key);
}

void mask_copy(std::span<const std::byte> from, std::span<std::byte> to, MaskKey key) noexcept {
  xor_bytes(from.data(), to.data(), from.size(), key);
}

}  // namespace zenws::ws
