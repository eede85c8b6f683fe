#include "policy/backoff.hpp"

#include <cmath>

namespace zenws::policy {

std::chrono::milliseconds backoff_delay(std::chrono::milliseconds first, std::chrono::milliseconds longest,
                                        std::uint64_t n) noexcept {
  // first · 2ⁿ < longest  ⇔  first < longest / 2ⁿ, and the right side cannot overflow.
  if (n >= 63 || first.count() > (longest.count() >> n)) return longest;
  return std::chrono::milliseconds{first.count() << n};
}

std::chrono::milliseconds with_jitter(std::chrono::milliseconds delay, double jitter, double random) noexcept {
  const double taken = static_cast<double>(delay.count()) * jitter * random;
  return delay - std::chrono::milliseconds{std::llround(taken)};
}

}  // namespace zenws::policy
