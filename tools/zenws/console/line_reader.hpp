// Lines out of a descriptor, without ever waiting for a whole one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace zenws::program {

// Bounded: keeps at most one line of `longest` bytes and one read's worth.
class LineReader {
 public:
  enum class Condition { open, at_end, line_too_long, failed };

  LineReader(int descriptor, std::size_t longest) : descriptor_{descriptor}, longest_{longest} {}

  // Reads once. Requires: poll() called the descriptor readable, and condition() is `open`.
  void read_some();
  // The next whole line, without its newline; the last one needs none. The same again until drop_front().
  // Lifetime: until the next call of a non-const member.
  [[nodiscard]] std::optional<std::string_view> front() const;
  // Requires: front() gave a line.
  void drop_front();

  [[nodiscard]] Condition condition() const noexcept { return condition_; }
  // Lines dropped so far.
  [[nodiscard]] std::size_t line_number() const noexcept { return lines_; }

 private:
  void find_line_end();

  const int descriptor_;
  const std::size_t longest_;
  std::string text_;
  std::size_t begin_ = 0;           // of the next line
  std::size_t searched_ = 0;        // no newline in [begin_, searched_)
  std::optional<std::size_t> end_;  // of the next line, when there is one
  std::size_t lines_ = 0;
  Condition condition_ = Condition::open;
};

}  // namespace zenws::program
