#include "recordings/log_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace zenws::program {

void LogHistogram::add(std::uint64_t value) noexcept {
  ++counts_[step_of(value)];
  ++count_;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

std::uint64_t LogHistogram::percentile(double part) const noexcept {
  if (count_ == 0) return 0;
  // Less a little: 0.003 * 20'000 is more than 60 in binary.
  const double exact = std::clamp(part, 0.0, 1.0) * static_cast<double>(count_);
  const auto rank = static_cast<std::uint64_t>(std::ceil(std::max(exact - 1e-6, 0.0)));
  std::uint64_t seen = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    seen += counts_[step];
    if (seen == 0 || seen < rank) continue;
    return step + 1 < steps ? std::clamp(lowest_of(step + 1) - 1, min_, max_) : max_;
  }
  return max_;
}

std::uint64_t LogHistogram::between(std::uint64_t from, std::uint64_t to) const noexcept {
  if (from >= to) return 0;
  const auto begin = counts_.begin() + static_cast<std::ptrdiff_t>(step_of(from));
  const auto end = counts_.begin() + static_cast<std::ptrdiff_t>(step_of(to));
  return std::accumulate(begin, end, std::uint64_t{0});
}

// Below 2^bits each value has its own; above, the leading bits+1 bits tell.
std::size_t LogHistogram::step_of(std::uint64_t value) noexcept {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= bits) return static_cast<std::size_t>(value);
  const unsigned shift = width - bits - 1;
  return (static_cast<std::size_t>(shift) << bits) + static_cast<std::size_t>(value >> shift);
}

std::uint64_t LogHistogram::lowest_of(std::size_t step) noexcept {
  constexpr std::size_t per_octave = std::size_t{1} << bits;
  if (step < per_octave) return step;
  const std::size_t shift = step / per_octave - 1;
  return static_cast<std::uint64_t>(step - shift * per_octave) << shift;
}

}  // namespace zenws::program
