// Which byte sequences are UTF-8: whole texts by simdjson, a sequence cut between two pieces by the table below.
#include "ws/utf8.hpp"

#include <algorithm>
#include <cstring>

#include <simdjson.h>

namespace zenws::ws {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;
// Up to here our own look for ASCII beats the call through simdjson's dispatch; beyond it simdjson is faster.
constexpr std::size_t short_text = 320;

// How many bytes from the front are certainly ASCII, in steps of 32.
std::size_t ascii_prefix(std::span<const std::byte> text) noexcept {
  std::array<std::uint64_t, 4> block;
  std::size_t at = 0;
  for (; text.size() - at >= sizeof block; at += sizeof block) {
    std::memcpy(block.data(), text.data() + at, sizeof block);
    if (((block[0] | block[1] | block[2] | block[3]) & high_bits) != 0) break;
  }
  return at;
}

bool is_short_ascii(std::span<const std::byte> text) noexcept {
  std::uint64_t seen = 0;
  std::size_t at = 0;
  for (; text.size() - at >= sizeof seen; at += sizeof seen) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    seen |= word;
  }
  for (; at < text.size(); ++at) seen |= std::to_integer<std::uint64_t>(text[at]);
  return (seen & high_bits) == 0;
}

constexpr bool is_continuation(std::uint8_t byte) noexcept { return (byte & 0xC0U) == 0x80; }

// RFC 3629 §4: the length of the sequence that starts with `lead`, 0 when none does.
constexpr std::size_t sequence_length(std::uint8_t lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // continuation bytes; C0 and C1 would be overlong
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;  // above U+10FFFF
}

// RFC 3629 §4: some leads narrow their second byte: overlong forms, surrogates, above U+10FFFF.
constexpr bool is_second_byte(std::uint8_t lead, std::uint8_t byte) noexcept {
  switch (lead) {
    case 0xE0:
      return byte >= 0xA0 && byte <= 0xBF;
    case 0xED:
      return byte >= 0x80 && byte <= 0x9F;
    case 0xF0:
      return byte >= 0x90 && byte <= 0xBF;
    case 0xF4:
      return byte >= 0x80 && byte <= 0x8F;
    default:
      return is_continuation(byte);
  }
}

// True when `start` begins one well-formed sequence, complete or not. Requires: not empty, at most four bytes.
bool is_possible(std::span<const std::byte> start) noexcept {
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint8_t>(start[i]); };
  if (start.size() > sequence_length(byte(0))) return false;
  if (start.size() > 1 && !is_second_byte(byte(0), byte(1))) return false;
  for (std::size_t i = 2; i < start.size(); ++i) {
    if (!is_continuation(byte(i))) return false;
  }
  return true;
}

// The size of the incomplete sequence at the end of `text`: 0 to 3 bytes, the first of them a lead.
std::size_t cut_tail(std::span<const std::byte> text) noexcept {
  for (std::size_t size = 1; size <= std::min<std::size_t>(3, text.size()); ++size) {
    const auto byte = std::to_integer<std::uint8_t>(text[text.size() - size]);
    if (!is_continuation(byte)) return sequence_length(byte) > size ? size : 0;
  }
  return 0;
}

}  // namespace

bool is_valid_utf8(std::span<const std::byte> text) noexcept {
  if (text.size() <= short_text) {            // market data is short and nearly all ASCII
    text = text.subspan(ascii_prefix(text));  // what is left starts on a character boundary
    if (text.size() < 32 && is_short_ascii(text)) return true;
  }
  return simdjson::validate_utf8(reinterpret_cast<const char*>(text.data()), text.size());
}

bool Utf8Stream::feed(std::span<const std::byte> piece) noexcept {
  while (pending_size_ != 0 && !piece.empty()) {
    pending_[pending_size_++] = piece.front();
    piece = piece.subspan(1);
    const std::span<const std::byte> sequence = std::span{pending_}.first(pending_size_);
    if (!is_possible(sequence)) return false;
    if (sequence.size() == sequence_length(std::to_integer<std::uint8_t>(sequence[0]))) pending_size_ = 0;
  }
  if (piece.empty()) return true;
  const std::span<const std::byte> tail = piece.last(cut_tail(piece));
  if (!is_valid_utf8(piece.first(piece.size() - tail.size()))) return false;
  if (tail.empty()) return true;
  std::ranges::copy(tail, pending_.begin());
  pending_size_ = static_cast<std::uint8_t>(tail.size());
  return is_possible(tail);
}

bool Utf8Stream::finish() noexcept {
  const bool on_boundary = pending_size_ == 0;
  pending_size_ = 0;
  return on_boundary;
}

}  // namespace zenws::ws
