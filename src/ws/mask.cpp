// The XOR loop behind masking, written so that compilers turn it into vector instructions.
#include "ws/mask.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace zenws::ws {
namespace {

// Loads and stores go through memcpy: any alignment, no aliasing rule broken, and it compiles to plain moves.
template <class Word>
void xor_word(const std::byte* from, std::byte* to, std::uint64_t key) noexcept {
  Word word{};
  std::memcpy(&word, from, sizeof word);
  word = static_cast<Word>(word ^ static_cast<Word>(key));
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

// `key` in memory order, twice. Every step but the last two is a multiple of the key's four bytes.
void xor_bytes(const std::byte* from, std::byte* to, std::size_t size, std::array<std::byte, 8> key) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, key.data(), sizeof word);
  std::size_t at = 0;
  for (; size - at >= sizeof(Block); at += sizeof(Block)) xor_block(from + at, to + at, word);
  for (; size - at >= sizeof word; at += sizeof word) xor_word<std::uint64_t>(from + at, to + at, word);
  for (std::size_t i = 0; at < size; ++at, ++i) to[at] = from[at] ^ key[i];
}

std::array<std::byte, 8> rotated_twice(MaskKey key, std::size_t offset) noexcept {
  std::array<std::byte, 8> twice;
  for (std::size_t i = 0; i < twice.size(); ++i) twice[i] = key[(offset + i) % key.size()];
  return twice;
}

}  // namespace

void mask(std::span<std::byte> bytes, MaskKey key, std::size_t offset) noexcept {
  xor_bytes(bytes.data(), bytes.data(), bytes.size(), rotated_twice(key, offset));
}

void mask_copy(std::span<const std::byte> from, std::span<std::byte> to, MaskKey key) noexcept {
  xor_bytes(from.data(), to.data(), from.size(), rotated_twice(key, 0));
}

}  // namespace zenws::ws
