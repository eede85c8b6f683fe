// Bytes in a heap block of exactly their size, so that a sanitizer sees every read and write beyond them.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace zenws::test {

class ExactBytes {
 public:
  // `padding` readable bytes behind, not part of bytes().
  explicit ExactBytes(std::string_view text, std::size_t padding = 0)
      : block_(std::make_unique_for_overwrite<std::byte[]>(text.size() + padding)), size_(text.size()) {
    if (!text.empty()) std::memcpy(block_.get(), text.data(), text.size());
    std::memset(block_.get() + size_, 0xA5, padding);
  }
  [[nodiscard]] std::span<std::byte> bytes() noexcept { return {block_.get(), size_}; }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {block_.get(), size_}; }
  [[nodiscard]] std::string_view text() const noexcept { return {reinterpret_cast<const char*>(block_.get()), size_}; }

 private:
  std::unique_ptr<std::byte[]> block_;
  std::size_t size_;
};

}  // namespace zenws::test
