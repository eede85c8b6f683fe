// Looking at many bytes at once: loads and stores go through memcpy, so that any alignment does, no aliasing rule is
// broken, and it compiles to plain moves.
#pragma once

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

}  // namespace zenws::ws
