// Looking at many bytes at once: loads and stores go through memcpy, so that any alignment does, no aliasing rule is
// broken, and it compiles to plain moves.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace zenws::ws {

// What GCC and clang keep in a vector register where there are such.
using Vector = std::uint64_t __attribute__((vector_size(16)));

template <class Word>
[[nodiscard]] Word load(const std::byte* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template <class Word>
void store(Word word, std::byte* to) noexcept {
  std::memcpy(to, &word, sizeof word);
}

// Network byte order, in which a frame's longer lengths are (RFC 6455 §5.2).
template <std::unsigned_integral Int>
[[nodiscard]] Int load_big_endian(const std::byte* from) noexcept {
  const Int value = load<Int>(from);
  return std::endian::native == std::endian::little ? std::byteswap(value) : value;
}

template <std::unsigned_integral Int>
void store_big_endian(Int value, std::byte* to) noexcept {
  store(std::endian::native == std::endian::little ? std::byteswap(value) : value, to);
}

}  // namespace zenws::ws
