// The XOR loop behind masking, written so that compilers turn it into vector instructions.
#include "ws/mask.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "ws/words.hpp"

namespace zenws::ws {
namespace {

template <class Word>
void xor_word(const std::byte* from, std::byte* to, Word key) noexcept {
  store(load<Word>(from) ^ key, to);
}

constexpr std::size_t block = 4 * sizeof(Vector);

// All of it is loaded before any of it is stored, so `to` may be `from`.
void xor_block(const std::byte* from, std::byte* to, Vector key) noexcept {
  constexpr std::size_t step = sizeof(Vector);
  const Vector first = load<Vector>(from) ^ key;
  const Vector second = load<Vector>(from + step) ^ key;
  const Vector third = load<Vector>(from + 2 * step) ^ key;
  const Vector fourth = load<Vector>(from + 3 * step) ^ key;
  store(first, to);
  store(second, to + step);
  store(third, to + 2 * step);
  store(fourth, to + 3 * step);
}

void xor_bytes(const std::byte* from, std::byte* to, std::size_t size, MaskKey key) noexcept {
  const auto half = std::bit_cast<std::uint32_t>(key);
  const std::uint64_t word = std::uint64_t{half} << 32U | half;
  std::size_t at = 0;
  for (; size - at >= block; at += block) xor_block(from + at, to + at, Vector{word, word});
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
