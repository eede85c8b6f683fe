// When a client that has ended by itself is started again, after how long, and when it is enough.
#include "policy/restart.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;

const Error connection_refused{std::make_error_code(std::errc::connection_refused), Phase::connect};
const Error unauthorized{errc::upgrade_rejected, Phase::upgrade};
const Error handler_failed{errc::cancelled, Phase::open, "the handler failed: oh"};

Error closed_with(std::uint16_t code) { return Error{errc::disconnected, Phase::open}.with_close({code, ""}); }

RestartSettings settings(Restart mode = Restart::transient) {
  return {.mode = mode,
          .max_restarts = 10,
          .within = 60s,
          .first_delay = 1s,
          .longest_delay = 4s,
          .jitter = 0,
          .stable_after = 5s};
}

bool restarts(Restart mode, const Error& error) {
  return RestartPolicy{settings(mode)}.ended(error, t0, 0).has_value();
}

TEST(RestartMode, permanent_always_starts_again) {
  for (const Error& error : {connection_refused, unauthorized, handler_failed, closed_with(1000), closed_with(1005)}) {
    EXPECT_TRUE(restarts(Restart::permanent, error)) << to_string(error);
  }
}

TEST(RestartMode, transient_starts_again_unless_the_server_closed_normally) {
  for (const Error& error : {connection_refused, unauthorized, handler_failed, closed_with(1001), closed_with(1008)}) {
    EXPECT_TRUE(restarts(Restart::transient, error)) << to_string(error);
  }
  EXPECT_FALSE(restarts(Restart::transient, closed_with(1000)));
  EXPECT_FALSE(restarts(Restart::transient, closed_with(1005)));
}

TEST(RestartMode, temporary_never_starts_again) {
  EXPECT_FALSE(restarts(Restart::temporary, connection_refused));
  EXPECT_FALSE(restarts(Restart::temporary, closed_with(1000)));
}

TEST(RestartMode, is_shown_by_its_name) {
  EXPECT_EQ(to_string(Restart::permanent), "permanent");
  EXPECT_EQ(to_string(Restart::transient), "transient");
  EXPECT_EQ(to_string(Restart::temporary), "temporary");
}

TEST(RestartDelay, doubles_up_to_its_bound) {
  RestartPolicy policy{settings()};
  std::vector<std::chrono::milliseconds> delays;
  for (int i = 0; i < 5; ++i) delays.push_back(*policy.ended(connection_refused, t0 + i * 1min, 0));
  EXPECT_EQ(delays, (std::vector<std::chrono::milliseconds>{1s, 2s, 4s, 4s, 4s}));
}

TEST(RestartDelay, has_jitter) {
  RestartSettings with_jitter = settings();
  with_jitter.jitter = 0.5;
  RestartPolicy policy{with_jitter};
  EXPECT_EQ(policy.ended(connection_refused, t0, 0.5), 750ms);
}

TEST(RestartDelay, begins_anew_after_a_stable_connection_only) {
  RestartPolicy policy{settings()};
  EXPECT_EQ(policy.ended(connection_refused, t0, 0), 1s);
  policy.opened(t0 + 1s);
  policy.lost(t0 + 2s);
  EXPECT_EQ(policy.ended(connection_refused, t0 + 2s, 0), 2s);
  policy.opened(t0 + 3s);
  EXPECT_EQ(policy.ended(connection_refused, t0 + 8s, 0), 1s) << "open for 5 s";
}

TEST(RestartIntensity, ends_it_with_the_last_error_inside) {
  RestartPolicy policy{settings()};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(policy.ended(connection_refused, t0 + i * 1s, 0));
  const auto eleventh = policy.ended(unauthorized, t0 + 59s, 0);
  ASSERT_FALSE(eleventh);
  EXPECT_EQ(eleventh.error(), errc::max_reconnection_attempts);
  ASSERT_NE(eleventh.error().cause(), nullptr);
  EXPECT_EQ(eleventh.error().cause()->code(), unauthorized.code());
}

TEST(RestartIntensity, forgets_what_is_longer_ago) {
  RestartPolicy policy{settings()};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(policy.ended(connection_refused, t0 + i * 1s, 0));
  EXPECT_TRUE(policy.ended(connection_refused, t0 + 60s, 0)) << "the first was a minute ago";
  EXPECT_FALSE(policy.ended(connection_refused, t0 + 60s, 0)) << "the second not yet";
}

TEST(RestartIntensity, of_zero_allows_none) {
  RestartSettings none = settings();
  none.max_restarts = 0;
  EXPECT_FALSE(RestartPolicy{none}.ended(connection_refused, t0, 0));
}

// Against the rule itself, over every window that the restarts of a long random life fall into.
TEST(RestartIntensity, holds_over_any_minute_of_a_long_life) {
  std::mt19937 random{20261126};
  RestartPolicy policy{settings()};
  std::vector<TimePoint> restarted;
  TimePoint now = t0;
  for (int i = 0; i < 20'000; ++i) {
    now += std::chrono::milliseconds{random() % 12'000};
    std::size_t in_window = 0;
    for (auto at = restarted.rbegin(); at != restarted.rend() && now - *at < 60s; ++at) ++in_window;
    const auto decision = policy.ended(connection_refused, now, 0);
    ASSERT_EQ(decision.has_value(), in_window < 10) << "step " << i;
    if (decision) restarted.push_back(now);
  }
  EXPECT_GT(restarted.size(), 10'000U);
}

}  // namespace
}  // namespace zenws::policy
