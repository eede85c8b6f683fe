// Gaps as the events of a connection make them.
#include "recordings/connection_gaps.hpp"

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;

using test::t0;

Lifecycle connected(std::uint64_t epoch) { return Connected{.epoch = epoch, .connect_time = {}, .subprotocol = ""}; }
Lifecycle reconnecting() { return Reconnecting{.attempt = 1, .delay = {}, .error = Error{errc::closed}}; }
Lifecycle disconnected() { return Disconnected{.error = Error{errc::closed}, .close_code = 1006}; }

TEST(ConnectionGaps, the_first_connection_ends_none) {
  ConnectionGaps gaps;
  gaps.on_lifecycle(connected(1), t0);
  EXPECT_EQ(gaps.sum(t0 + 5s).count, 0U);
  EXPECT_EQ(gaps.sum(t0 + 5s).time, 0ms);
}

TEST(ConnectionGaps, last_from_a_loss_to_the_next_connection) {
  ConnectionGaps gaps;
  gaps.on_lifecycle(connected(1), t0);
  gaps.on_lifecycle(disconnected(), t0 + 10s);
  gaps.on_lifecycle(reconnecting(), t0 + 10s);
  gaps.on_lifecycle(reconnecting(), t0 + 11s);
  gaps.on_lifecycle(connected(2), t0 + 12s);
  gaps.on_lifecycle(disconnected(), t0 + 20s);
  gaps.on_lifecycle(reconnecting(), t0 + 20s);
  EXPECT_EQ(gaps.sum(t0 + 21s).count, 2U);
  EXPECT_EQ(gaps.sum(t0 + 21s).time, 3s);
}

TEST(ConnectionGaps, are_not_what_nobody_tries_to_end) {
  ConnectionGaps gaps;
  gaps.on_lifecycle(connected(1), t0);
  gaps.on_lifecycle(disconnected(), t0 + 10s);
  EXPECT_EQ(gaps.sum(t0 + 20s).count, 0U);
  EXPECT_EQ(gaps.sum(t0 + 20s).time, 0ms);
}

TEST(ConnectionGaps, know_why_all_ended) {
  ConnectionGaps gaps;
  EXPECT_EQ(gaps.end(), std::nullopt);
  gaps.on_lifecycle(Stopped{.error = Error{errc::timeout}}, t0);
  ASSERT_TRUE(gaps.end());
  EXPECT_EQ(*gaps.end(), errc::timeout);
}

}  // namespace
}  // namespace zenws::program
