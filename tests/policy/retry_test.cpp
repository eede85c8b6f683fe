// When a client tries again, waits, or gives up.
#include "policy/retry.hpp"

#include <gtest/gtest.h>

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;

const TimePoint t0{};
const Error refused{std::make_error_code(std::errc::connection_refused), Phase::connect};
const Error lost{errc::disconnected, Phase::open};
const Error bad_config{errc::invalid_config, Phase::config};

RetrySettings settings(int retry_count) { return {retry_count, 1s, 30s, 0.0, 5s, true}; }

std::chrono::milliseconds delay(const RetryDecision& decision) { return std::get<RetryAfter>(decision).delay; }

TEST(Retry, waits_longer_each_time_and_then_gives_up_with_the_last_error_inside) {
  Retry retry{settings(3)};
  EXPECT_EQ(delay(retry.failed(refused, t0, 0)), 1s);
  EXPECT_EQ(delay(retry.failed(refused, t0, 0)), 2s);
  EXPECT_EQ(delay(retry.failed(refused, t0, 0)), 4s);
  const auto last = std::get<GiveUp>(retry.failed(refused, t0, 0)).error;
  EXPECT_EQ(last, errc::max_reconnection_attempts);
  ASSERT_NE(last.cause(), nullptr);
  EXPECT_EQ(last.cause()->code(), refused.code());
}

TEST(Retry, numbers_its_attempts_from_one) {
  Retry retry{settings(3)};
  EXPECT_EQ(std::get<RetryAfter>(retry.failed(refused, t0, 0)).attempt, 1);
  EXPECT_EQ(std::get<RetryAfter>(retry.failed(refused, t0, 0)).attempt, 2);
}

TEST(Retry, gives_up_at_once_with_the_error_itself_when_it_is_fatal) {
  Retry retry{settings(3)};
  EXPECT_EQ(std::get<GiveUp>(retry.failed(bad_config, t0, 0)).error, errc::invalid_config);
}

TEST(Retry, without_retries_gives_the_error_unwrapped) {
  Retry retry{settings(0)};
  EXPECT_EQ(std::get<GiveUp>(retry.failed(refused, t0, 0)).error.code(), refused.code());
}

TEST(Retry, tries_at_once_after_a_stable_connection) {
  Retry retry{settings(3)};
  static_cast<void>(retry.failed(refused, t0, 0));
  retry.opened(t0);
  const auto decision = std::get<RetryAfter>(retry.failed(lost, t0 + 5s, 0));
  EXPECT_EQ(decision.delay, 0ms);
  EXPECT_EQ(decision.attempt, 1);
  EXPECT_EQ(delay(retry.failed(refused, t0 + 5s, 0)), 1s);
}

TEST(Retry, does_not_reset_for_a_connection_that_was_not_stable) {
  Retry retry{settings(2)};
  retry.opened(t0);
  EXPECT_EQ(delay(retry.failed(lost, t0 + 4999ms, 0)), 1s);
  retry.opened(t0 + 6s);
  EXPECT_EQ(delay(retry.failed(lost, t0 + 7s, 0)), 2s);
  retry.opened(t0 + 9s);
  EXPECT_EQ(std::get<GiveUp>(retry.failed(lost, t0 + 10s, 0)).error, errc::max_reconnection_attempts);
}

TEST(Retry, without_reconnect_on_error_still_retries_the_first_connection_only) {
  auto quiet = settings(3);
  quiet.reconnect_on_error = false;
  Retry retry{quiet};
  EXPECT_EQ(delay(retry.failed(refused, t0, 0)), 1s);
  retry.opened(t0);
  EXPECT_EQ(std::get<GiveUp>(retry.failed(lost, t0 + 1h, 0)).error, errc::disconnected);
}

TEST(Retry, never_gives_up_when_unlimited) {
  Retry retry{settings(unlimited)};
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(std::holds_alternative<RetryAfter>(retry.failed(refused, t0, 0)));
  EXPECT_EQ(delay(retry.failed(refused, t0, 0)), 30s);
}

}  // namespace
}  // namespace zenws::policy
