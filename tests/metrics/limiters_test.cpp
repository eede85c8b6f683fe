// Limiters, each by itself or added up.
#include "metrics/limiters.hpp"

#include "metrics/shown.hpp"

namespace zenws::metrics {
namespace {

// Two tokens, and a queue of four for what does not find one.
std::shared_ptr<RateLimiter> limiter_with(int submissions) {
  auto limiter = *RateLimiter::create({.tokens = 2, .refill_interval = 24h, .max_queue_size = 4});
  for (int i = 0; i < submissions; ++i) EXPECT_TRUE(limiter->submit("", [] {}));
  return limiter;
}

Limiters by_id(const std::vector<std::shared_ptr<RateLimiter>>& all) {
  Limiters limiters;
  for (const auto& limiter : all) limiters[limiter->id()] = limiter;
  return limiters;
}

TEST(LimiterFamilies, show_each_limiter_under_its_id) {
  const auto idle = limiter_with(0);
  const auto pressed = limiter_with(5);
  const Shown shown{limiter_families(by_id({idle, pressed}), true)};
  const Shown::Labels of_idle{{"limiter", std::to_string(idle->id())}};
  const Shown::Labels of_pressed{{"limiter", std::to_string(pressed->id())}};
  EXPECT_EQ(shown.value("zenws_limiter_tokens", of_idle), 2);
  EXPECT_EQ(shown.value("zenws_limiter_queue_size", of_idle), 0);
  EXPECT_EQ(shown.value("zenws_limiter_tokens", of_pressed), 0);
  EXPECT_EQ(shown.value("zenws_limiter_queue_size", of_pressed), 3);
}

TEST(LimiterFamilies, show_one_level_of_pressure_at_a_time) {
  constexpr const char* expected[] = {"none", "low", "medium", "high"};
  for (int waiting = 0; waiting < 4; ++waiting) {
    const auto limiter = limiter_with(2 + waiting);
    const Shown shown{limiter_families(by_id({limiter}), false)};
    for (const char* const level : expected) {
      EXPECT_EQ(shown.value("zenws_limiter_pressure", {{"level", level}}), level == expected[waiting] ? 1 : 0);
    }
  }
}

TEST(LimiterFamilies, add_up_what_is_shown_together) {
  const Shown shown{limiter_families(by_id({limiter_with(0), limiter_with(1), limiter_with(5)}), false)};
  EXPECT_EQ(shown.value("zenws_limiter_tokens"), 3);
  EXPECT_EQ(shown.value("zenws_limiter_queue_size"), 3);
  EXPECT_EQ(shown.value("zenws_limiter_pressure", {{"level", "none"}}), 2);
  EXPECT_EQ(shown.value("zenws_limiter_pressure", {{"level", "high"}}), 1);
}

}  // namespace
}  // namespace zenws::metrics
