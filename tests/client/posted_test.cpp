#include "client/posted.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/test_loop.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct PostedTest : ::testing::Test, private Posted::Owner {
  ~PostedTest() override {
    posted.stop();
    here.run_ready();  // what was posted refers to it
  }
  std::shared_ptr<void> keep() override { return alive; }
  Posted::Function note(std::string what) {
    return [this, what = std::move(what)] { calls.push_back(what); };
  }

  net::tests::TestLoop here;
  std::shared_ptr<int> alive = std::make_shared<int>();
  Settings settings{{}};
  Counters counters;
  std::string url = "ws://127.0.0.1/";
  Voice voice{1, url, settings, nullptr, counters};
  Posted posted{*here.loop, counters, voice, *this};
  std::vector<std::string> calls;
};

TEST_F(PostedTest, is_called_on_the_loop_in_order) {
  ASSERT_TRUE(posted.post(note("a")));
  ASSERT_TRUE(posted.post(note("b")));
  EXPECT_THAT(calls, IsEmpty());
  here.run_ready();
  EXPECT_THAT(calls, ElementsAre("a", "b"));
}

TEST_F(PostedTest, is_called_once_its_time_has_come) {
  std::optional<PendingCall> late = posted.call_after(10ms, note("late")).value();
  std::optional<PendingCall> soon = posted.call_after(0ms, note("soon")).value();
  EXPECT_TRUE(here.run_until([&] { return calls.size() == 2; }));
  EXPECT_THAT(calls, ElementsAre("soon", "late"));
}

TEST_F(PostedTest, is_not_called_once_it_is_forgotten_or_all_stops) {
  {
    const PendingCall dropped = posted.call_after(0ms, note("dropped")).value();
  }
  std::optional<PendingCall> stopped = posted.call_after(1ms, note("stopped")).value();
  here.run_ready();
  posted.stop();
  here.run_until([begun = Clock::now()] { return Clock::now() > begun + 5ms; });
  EXPECT_THAT(calls, IsEmpty());
}

TEST_F(PostedTest, is_not_called_once_the_client_is_closed) {
  ASSERT_TRUE(posted.post(note("posted")));
  std::optional<PendingCall> later = posted.call_after(0ms, note("later")).value();
  voice.silence(Silence::messages);
  here.run_ready();
  EXPECT_THAT(calls, IsEmpty());
  EXPECT_EQ(posted.post(note("too late")).error(), errc::closed);
  EXPECT_EQ(posted.call_after(0ms, note("too late")).error(), errc::closed);
}

TEST_F(PostedTest, is_refused_when_it_is_nothing_or_the_client_has_ended) {
  EXPECT_EQ(posted.post({}).error(), errc::invalid_config);
  EXPECT_EQ(posted.call_after(1ms, {}).error(), errc::invalid_config);
  counters.state = State::disconnected;
  EXPECT_EQ(posted.post(note("x")).error(), errc::closed);
}

TEST_F(PostedTest, may_throw) {
  ASSERT_TRUE(posted.post([] { throw std::runtime_error{"no idea"}; }));
  ASSERT_TRUE(posted.post(note("and on")));
  here.run_ready();
  EXPECT_THAT(calls, ElementsAre("and on"));
  EXPECT_EQ(counters.handler_failures.value(), 1U);
}

TEST_F(PostedTest, keeps_the_client_no_longer_than_what_is_posted_takes) {
  std::optional<PendingCall> later = posted.call_after(1h, note("later")).value();
  ASSERT_TRUE(posted.post(note("a")));
  EXPECT_GT(alive.use_count(), 1);
  here.run_ready();
  EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace zenws::client
