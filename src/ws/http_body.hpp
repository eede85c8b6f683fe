// The first 4 KiB of an HTTP/1.1 body, however it is framed (RFC 9112 §6.3): all that is kept of a refused upgrade.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace zenws::ws {

inline constexpr std::size_t max_body_prefix = std::size_t{4} << 10U;
// Sizes, extensions and line ends of all chunks: enough for the prefix in chunks of a byte.
inline constexpr std::size_t max_chunk_framing = std::size_t{64} << 10U;

class BodyPrefix {
 public:
  enum class Framing : std::uint8_t { length, chunked, until_end };

  // `length` counts with Framing::length.
  explicit BodyPrefix(Framing framing, std::uint64_t length = 0) noexcept;

  // Takes bytes. False when no more are wanted: the body has ended, its prefix is full, or its chunks break HTTP or say
  // more about themselves than max_chunk_framing.
  bool feed(std::span<const std::byte> bytes);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  enum class Step : std::uint8_t { data, chunk_size, chunk_extension, chunk_end, over };

  [[nodiscard]] std::size_t take_data(std::span<const std::byte> bytes);
  [[nodiscard]] Step after(char c) noexcept;
  [[nodiscard]] Step after_size(char c) noexcept;

  Step step_;
  bool is_chunked_;
  std::uint64_t left_;        // of the body, or of the chunk
  unsigned size_digits_ = 0;  // of a chunk's size so far
  std::size_t framing_ = 0;   // bytes that framed chunks so far
  std::string text_;
};

}  // namespace zenws::ws
