// Where values lie, in a few kilobytes however many there are: 64 steps to each power of two.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace zenws::program {

// A value. What it tells of a value is at most 1/64 too large, never too small; below 128 it is exact.
class LogHistogram {
 public:
  void add(std::uint64_t value) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  // Exact. Of nothing: 0.
  [[nodiscard]] std::uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  // The value that the share `part` (0 to 1) of all does not exceed. Of nothing: 0.
  [[nodiscard]] std::uint64_t percentile(double part) const noexcept;
  // How many lie in [from, to), as far as the steps can tell.
  [[nodiscard]] std::uint64_t between(std::uint64_t from, std::uint64_t to) const noexcept;

 private:
  static constexpr unsigned bits = 6;
  static constexpr std::size_t steps = (64 - bits + 1) << bits;

  static std::size_t step_of(std::uint64_t value) noexcept;
  static std::uint64_t lowest_of(std::size_t step) noexcept;

  std::array<std::uint64_t, steps> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t min_ = UINT64_MAX;
  std::uint64_t max_ = 0;
};

}  // namespace zenws::program
