// UTF-8 checking (RFC 3629) that fails at the first impossible byte, also when text arrives in pieces.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace zenws::ws {

// Makes what simdjson makes at its first use, and takes down when the process ends: whatever is static and made later
// ends before that.
void start_utf8() noexcept;

[[nodiscard]] bool is_valid_utf8(std::span<const std::byte> text) noexcept;

// A value: feed() pieces, then finish().
class Utf8Stream {
 public:
  // False as soon as no continuation could make the text valid.
  [[nodiscard]] bool feed(std::span<const std::byte> piece) noexcept;
  // True when the text ended on a character boundary. Ready for the next text after it.
  [[nodiscard]] bool finish() noexcept;

 private:
  std::array<std::byte, 4> pending_{};
  std::uint8_t pending_size_ = 0;
};

}  // namespace zenws::ws
