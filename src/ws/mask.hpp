// Masking (RFC 6455 §5.3), eight bytes and more at a time.
#pragma once

#include <cstddef>
#include <span>

#include "ws/frame.hpp"

namespace zenws::ws {

// XORs in place; `offset` is the position of bytes[0] in the frame's payload.
void mask(std::span<std::byte> bytes, MaskKey key, std::size_t offset = 0) noexcept;
// XORs `from` into `to`. Requires: same size, no overlap.
void mask_copy(std::span<const std::byte> from, std::span<std::byte> to, MaskKey key) noexcept;

}  // namespace zenws::ws
