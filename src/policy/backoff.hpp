// How long to wait before the n-th retry.
#pragma once

#include <chrono>
#include <cstdint>

namespace zenws::policy {

// min(first · 2ⁿ, longest), exact for any n. Requires: 0 < first <= longest.
[[nodiscard]] std::chrono::milliseconds backoff_delay(std::chrono::milliseconds first,
                                                      std::chrono::milliseconds longest, std::uint64_t n) noexcept;

// `delay` with its share `jitter` drawn at random: from delay·(1 − jitter) to delay. `random` is uniform in [0, 1).
[[nodiscard]] std::chrono::milliseconds with_jitter(std::chrono::milliseconds delay, double jitter,
                                                    double random) noexcept;

}  // namespace zenws::policy
