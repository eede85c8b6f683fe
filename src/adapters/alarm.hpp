// Calls a function once, later, by public parts alone: a RateLimiter with one token runs what waits when the next
// comes.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <zenws/rate_limiter.hpp>

namespace zenws::adapters {

// The function is called on a loop of `runtime` (null: the shared one); destroying the alarm forgets it. Null: the
// runtime has ended, nothing will be called.
[[nodiscard]] inline std::shared_ptr<void> set_alarm(std::chrono::milliseconds after, Runtime* runtime,
                                                     std::move_only_function<void()> f) {
  using namespace std::chrono_literals;
  constexpr std::chrono::milliseconds longest = std::chrono::hours{24 * 365};
  auto limiter = RateLimiter::create({.tokens = 1,
                                      .refill_rate = 1,
                                      .refill_interval = std::clamp<std::chrono::milliseconds>(after, 1ms, longest),
                                      .max_queue_size = 1,
                                      .runtime = runtime});
  if (!limiter || !(*limiter)->consume({}) || !(*limiter)->submit({}, std::move(f))) return nullptr;
  return *std::move(limiter);
}

}  // namespace zenws::adapters
