// Telling a body's bytes from those that frame it (RFC 9112 §6, §7.1).
#include "ws/http_body.hpp"

#include <algorithm>
#include <limits>

namespace zenws::ws {
namespace {

constexpr unsigned not_a_digit = 16;

constexpr unsigned hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return not_a_digit;
}

}  // namespace

BodyPrefix::BodyPrefix(Framing framing, std::uint64_t length) noexcept
    : step_(framing == Framing::chunked ? Step::chunk_size : Step::data),
      is_chunked_(framing == Framing::chunked),
      left_(framing == Framing::length    ? length
            : framing == Framing::chunked ? 0
                                          : std::numeric_limits<std::uint64_t>::max()) {
  if (framing == Framing::length && length == 0) step_ = Step::over;
}

bool BodyPrefix::feed(std::span<const std::byte> bytes) {
  while (!bytes.empty() && step_ != Step::over) {
    if (step_ == Step::data) {
      bytes = bytes.subspan(take_data(bytes));
    } else {
      const Step next = after(static_cast<char>(bytes.front()));
      step_ = ++framing_ > max_chunk_framing ? Step::over : next;
      bytes = bytes.subspan(1);
    }
  }
  return step_ != Step::over;
}

// How many bytes were data.
std::size_t BodyPrefix::take_data(std::span<const std::byte> bytes) {
  const std::size_t taken = std::min<std::uint64_t>(bytes.size(), left_);
  text_.append(reinterpret_cast<const char*>(bytes.data()), std::min(taken, max_body_prefix - text_.size()));
  left_ -= taken;
  if (text_.size() == max_body_prefix) {
    step_ = Step::over;
  } else if (left_ == 0) {
    step_ = is_chunked_ ? Step::chunk_end : Step::over;
  }
  return taken;
}

// The step after a byte that belongs to a chunk's frame.
BodyPrefix::Step BodyPrefix::after(char c) noexcept {
  switch (step_) {
    case Step::chunk_size:
      return after_size(c);
    case Step::chunk_extension:
      if (c != '\n') return Step::chunk_extension;
      size_digits_ = 0;
      return left_ == 0 ? Step::over : Step::data;  // the last chunk is empty; trailers tell us nothing
    case Step::chunk_end:
      if (c == '\n') return Step::chunk_size;
      return c == '\r' ? Step::chunk_end : Step::over;
    case Step::data:
    case Step::over:
      break;
  }
  return step_;
}

BodyPrefix::Step BodyPrefix::after_size(char c) noexcept {
  constexpr unsigned max_digits = 15;  // so that no size overflows
  if (const unsigned digit = hex_digit(c); digit != not_a_digit) {
    left_ = left_ * 16 + digit;
    return ++size_digits_ > max_digits ? Step::over : Step::chunk_size;
  }
  const bool ends_size = c == '\r' || c == ';' || c == ' ' || c == '\t';
  return ends_size && size_digits_ > 0 ? Step::chunk_extension : Step::over;
}

}  // namespace zenws::ws
