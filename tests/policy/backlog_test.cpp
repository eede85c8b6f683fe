// What silence proves while bytes wait unread.
#include "policy/backlog.hpp"

#include <gtest/gtest.h>

#include "support/t0.hpp"

namespace zenws::policy {
namespace {

using namespace std::chrono_literals;
using test::t0;

constexpr TimePoint unknown = TimePoint::min();

TEST(Backlog, is_none_when_nothing_waits) {
  Backlog backlog;
  EXPECT_EQ(backlog.read_until(t0, 0, 0), t0);
  EXPECT_EQ(backlog.read_until(t0 + 1s, 100, 0), t0 + 1s);
}

TEST(Backlog, proves_nothing_before_what_waited_was_read) {
  Backlog backlog;
  EXPECT_EQ(backlog.read_until(t0, 0, 1000), unknown);
  EXPECT_EQ(backlog.read_until(t0 + 1s, 999, 5000), unknown);
}

TEST(Backlog, was_read_up_to_when_it_was_first_seen) {
  Backlog backlog;
  (void)backlog.read_until(t0, 0, 1000);
  EXPECT_EQ(backlog.read_until(t0 + 1s, 1000, 5000), t0);
  EXPECT_EQ(backlog.read_until(t0 + 2s, 1500, 5000), t0);  // now 6000 is what must be passed
  EXPECT_EQ(backlog.read_until(t0 + 3s, 6000, 5000), t0 + 1s);
}

TEST(Backlog, is_over_when_everything_was_read) {
  Backlog backlog;
  (void)backlog.read_until(t0, 0, 1000);
  EXPECT_EQ(backlog.read_until(t0 + 1s, 1000, 0), t0 + 1s);
}

}  // namespace
}  // namespace zenws::policy
