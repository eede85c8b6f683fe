// Bytes seen as text, and text seen as bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace zenws {

[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline std::span<const std::byte> as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span{text});
}

}  // namespace zenws
