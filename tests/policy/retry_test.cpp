// When a client tries again, waits, or gives up.
#include "policy/retry.hpp"

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;

const Error refused{std::make_error_code(std::errc::connection_refused), Phase::connect};
const Error lost{errc::disconnected, Phase::open};
const Error bad_config{errc::invalid_config, Phase::config};

RetrySettings settings(int retry_count) { return {retry_count, 1s, 30s, 0.0, 5s, true}; }

// Of what classify() says, with nothing asked for by the server.
RetryDecision failed(Retry& retry, const Error& error, TimePoint now = t0, double random = 0) {
  return retry.failed(error, classify(error), 0ms, now, random);
}

std::chrono::milliseconds delay(const RetryDecision& decision) { return std::get<RetryAfter>(decision).delay; }

TEST(Retry, waits_longer_each_time_and_then_gives_up_with_the_last_error_inside) {
  Retry retry{settings(3)};
  EXPECT_EQ(delay(failed(retry, refused)), 1s);
  EXPECT_EQ(delay(failed(retry, refused)), 2s);
  EXPECT_EQ(delay(failed(retry, refused)), 4s);
  const auto last = std::get<GiveUp>(failed(retry, refused)).error;
  EXPECT_EQ(last, errc::max_reconnection_attempts);
  ASSERT_NE(last.cause(), nullptr);
  EXPECT_EQ(last.cause()->code(), refused.code());
}

TEST(Retry, numbers_its_attempts_from_one) {
  Retry retry{settings(3)};
  EXPECT_EQ(std::get<RetryAfter>(failed(retry, refused)).attempt, 1);
  EXPECT_EQ(std::get<RetryAfter>(failed(retry, refused)).attempt, 2);
}

TEST(Retry, gives_up_at_once_with_the_error_itself_when_it_is_fatal) {
  Retry retry{settings(3)};
  EXPECT_EQ(std::get<GiveUp>(failed(retry, bad_config)).error, errc::invalid_config);
}

TEST(Retry, without_retries_gives_the_error_unwrapped) {
  Retry retry{settings(0)};
  EXPECT_EQ(std::get<GiveUp>(failed(retry, refused)).error.code(), refused.code());
}

TEST(Retry, tries_at_once_after_a_stable_connection) {
  Retry retry{settings(3)};
  static_cast<void>(failed(retry, refused));
  retry.opened(t0);
  const auto decision = std::get<RetryAfter>(failed(retry, lost, t0 + 5s));
  EXPECT_EQ(decision.delay, 0ms);
  EXPECT_EQ(decision.attempt, 1);
  EXPECT_EQ(delay(failed(retry, refused, t0 + 5s)), 1s);
}

TEST(Retry, does_not_reset_for_a_connection_that_was_not_stable) {
  Retry retry{settings(2)};
  retry.opened(t0);
  EXPECT_EQ(delay(failed(retry, lost, t0 + 4999ms)), 1s);
  retry.opened(t0 + 6s);
  EXPECT_EQ(delay(failed(retry, lost, t0 + 7s)), 2s);
  retry.opened(t0 + 9s);
  EXPECT_EQ(std::get<GiveUp>(failed(retry, lost, t0 + 10s)).error, errc::max_reconnection_attempts);
}

TEST(Retry, without_reconnect_on_error_still_retries_the_first_connection_only) {
  auto quiet = settings(3);
  quiet.reconnect_on_error = false;
  Retry retry{quiet};
  EXPECT_EQ(delay(failed(retry, refused)), 1s);
  retry.opened(t0);
  EXPECT_EQ(std::get<GiveUp>(failed(retry, lost, t0 + 1h)).error, errc::disconnected);
}

TEST(Retry, never_gives_up_when_unlimited) {
  Retry retry{settings(unlimited)};
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(std::holds_alternative<RetryAfter>(failed(retry, refused)));
  EXPECT_EQ(delay(failed(retry, refused)), 30s);
}

TEST(Retry, waits_no_longer_than_max_backoff_at_any_attempt) {
  Retry retry{settings(unlimited)};
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) EXPECT_EQ(delay(failed(retry, refused)), expected);
  for (int i = 7; i < 10'000; ++i) ASSERT_EQ(delay(failed(retry, refused)), 30s);
  const auto decision = std::get<RetryAfter>(failed(retry, refused));
  EXPECT_EQ(decision.attempt, 10'001);
  EXPECT_EQ(decision.delay, 30s);
}

TEST(Retry, takes_its_share_of_jitter_off_each_delay) {
  auto spread = settings(unlimited);
  spread.jitter = 0.2;
  Retry retry{spread};
  EXPECT_EQ(delay(failed(retry, refused, t0, 0.5)), 900ms);
  EXPECT_EQ(delay(failed(retry, refused, t0, 0)), 2s);
}

TEST(Retry, obeys_the_severity_that_it_is_told) {
  Retry retry{settings(3)};
  EXPECT_EQ(delay(retry.failed(bad_config, Severity::recoverable, 0ms, t0, 0)), 1s);
  EXPECT_EQ(std::get<GiveUp>(retry.failed(refused, Severity::fatal, 0ms, t0, 0)).error.code(), refused.code());
}

TEST(Retry, waits_as_long_as_the_server_asks_but_no_shorter_than_its_own_delay) {
  Retry retry{settings(3)};
  EXPECT_EQ(delay(retry.failed(refused, Severity::recoverable, 90s, t0, 0)), 90s);
  EXPECT_EQ(delay(retry.failed(refused, Severity::recoverable, 1s, t0, 0)), 2s) << "its own delay went on growing";
  EXPECT_EQ(delay(retry.failed(refused, Severity::recoverable, 5s, t0, 0)), 5s);
}

TEST(Retry, counts_a_connection_of_exactly_stable_after_as_stable) {
  Retry retry{settings(3)};
  retry.opened(t0);
  EXPECT_EQ(delay(failed(retry, lost, t0 + 5s - 1ns)), 1s);
  retry.opened(t0 + 10s);
  EXPECT_EQ(delay(failed(retry, lost, t0 + 15s)), 0ms);
}

}  // namespace
}  // namespace zenws::policy
