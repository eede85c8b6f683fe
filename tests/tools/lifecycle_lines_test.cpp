// Each lifecycle event in words.
#include "console/lifecycle_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const Error lost{errc::heartbeat_missed, Phase::open, "no pong"};

TEST(ShowLifecycle, tells_a_connection_with_what_is_special_about_it) {
  EXPECT_EQ(show_lifecycle(Connected{1, 2500us, ""}), "connected in 2.5 ms");
  EXPECT_EQ(show_lifecycle(Connected{3, 2500us, "v2"}), "connected in 2.5 ms, connection 3, subprotocol v2");
}

TEST(ShowLifecycle, tells_why_a_connection_ended_and_what_follows) {
  EXPECT_THAT(show_lifecycle(Disconnected{lost, 1006}), AllOf(StartsWith("disconnected: "), HasSubstr("no pong")));
  EXPECT_THAT(show_lifecycle(Reconnecting{2, 2s, lost}),
              AllOf(StartsWith("reconnecting: "), HasSubstr("no pong"), HasSubstr("in 2.00 s (retry 2)")));
  EXPECT_THAT(show_lifecycle(Reconnecting{1, 0ms, lost}), HasSubstr("trying again at once (retry 1)"));
  EXPECT_THAT(show_lifecycle(Restarting{1, 0ms, lost}), HasSubstr("starting again at once (restart 1)"));
  EXPECT_THAT(show_lifecycle(Stopped{lost}), AllOf(StartsWith("stopped: "), HasSubstr("no pong")));
}

TEST(ShowLifecycle, names_the_channels) {
  EXPECT_EQ(show_lifecycle(Degraded{{"a", "b"}}), "degraded, without data: a, b");
  EXPECT_EQ(show_lifecycle(Restored{{"a", "b"}}), "restored: a, b");
  const Error refused{errc::subscription_rejected, Phase::open, "no such channel"};
  EXPECT_THAT(show_lifecycle(SubscriptionRejected{"a", refused}),
              AllOf(StartsWith("subscription rejected: a: "), HasSubstr("no such channel")));
}

}  // namespace
}  // namespace zenws::program
