// Which byte sequences are UTF-8: whole texts by simdjson, a sequence cut between two pieces by base's table.
#include "ws/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <simdjson.h>

#include "base/utf8.hpp"
#include "ws/words.hpp"

namespace zenws::ws {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;
// Up to here our own look for ASCII beats the call through simdjson's dispatch; beyond it simdjson is faster.
constexpr std::size_t short_text = 320;

// Looks at all of it, without an early end: the last step overlaps the one before. Requires: there is room for one.
template <class Word>
Word all_bits_in(std::span<const std::byte> text) noexcept {
  Word seen = load<Word>(text.data() + text.size() - sizeof(Word));
  for (std::size_t at = 0; at + sizeof(Word) <= text.size(); at += sizeof(Word)) seen |= load<Word>(&text[at]);
  return seen;
}

Vector all_bits_in_vectors(std::span<const std::byte> text) noexcept {
  constexpr std::size_t step = 4 * sizeof(Vector);
  std::array<Vector, 4> seen{};  // four, so that none waits for another
  std::size_t at = 0;
  for (; at + step <= text.size(); at += step) {
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i] |= load<Vector>(&text[at] + i * sizeof(Vector));
  }
  return (seen[0] | seen[1]) | (seen[2] | seen[3]) |
         all_bits_in<Vector>(text.subspan(std::min(at, text.size() - sizeof(Vector))));
}

bool is_ascii(std::span<const std::byte> text) noexcept {
  if (text.size() >= sizeof(Vector)) {
    const Vector seen = all_bits_in_vectors(text);
    return ((seen[0] | seen[1]) & high_bits) == 0;
  }
  if (text.size() >= sizeof(std::uint64_t)) return (all_bits_in<std::uint64_t>(text) & high_bits) == 0;
  return std::ranges::all_of(text, [](std::byte byte) { return byte < std::byte{0x80}; });
}

// True when `start` begins one well-formed sequence, complete or not. Requires: not empty, at most four bytes.
bool is_possible(std::span<const std::byte> start) noexcept {
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint8_t>(start[i]); };
  if (start.size() > utf8_length_by(byte(0))) return false;
  if (start.size() > 1 && !is_utf8_second_byte(byte(0), byte(1))) return false;
  for (std::size_t i = 2; i < start.size(); ++i) {
    if (!is_utf8_continuation(byte(i))) return false;
  }
  return true;
}

// The size of the incomplete sequence at the end of `text`: 0 to 3 bytes, the first of them a lead.
std::size_t cut_tail(std::span<const std::byte> text) noexcept {
  for (std::size_t size = 1; size <= std::min<std::size_t>(3, text.size()); ++size) {
    const auto byte = std::to_integer<std::uint8_t>(text[text.size() - size]);
    if (!is_utf8_continuation(byte)) return utf8_length_by(byte) > size ? size : 0;
  }
  return 0;
}

}  // namespace

void start_utf8() noexcept { [[maybe_unused]] const bool is_valid = simdjson::validate_utf8("", 0); }

bool is_valid_utf8(std::span<const std::byte> text) noexcept {
  // Market data is short and nearly all ASCII.
  if (text.size() <= short_text && is_ascii(text)) return true;
  return simdjson::validate_utf8(reinterpret_cast<const char*>(text.data()), text.size());
}

bool Utf8Stream::feed(std::span<const std::byte> piece) noexcept {
  while (pending_size_ != 0 && !piece.empty()) {
    pending_[pending_size_++] = piece.front();
    piece = piece.subspan(1);
    const std::span<const std::byte> sequence = std::span{pending_}.first(pending_size_);
    if (!is_possible(sequence)) return false;
    if (sequence.size() == utf8_length_by(std::to_integer<std::uint8_t>(sequence[0]))) pending_size_ = 0;
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
