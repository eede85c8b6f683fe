// The timer of those who know no client.
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <zenws/log.hpp>
#include <zenws/runtime.hpp>

#include "support/log_of.hpp"

namespace zenws::net {
namespace {

using namespace std::chrono_literals;

PendingCall call_after(std::chrono::milliseconds delay, std::move_only_function<void()> f) {
  auto call = Runtime::shared().call_after(delay, std::move(f));
  EXPECT_TRUE(call);
  return call ? *std::move(call) : PendingCall{};
}

TEST(CallAfter, calls_once_and_not_before_its_time) {
  std::promise<std::chrono::steady_clock::time_point> called;
  const auto start = std::chrono::steady_clock::now();
  const auto timer = call_after(20ms, [&] { called.set_value(std::chrono::steady_clock::now()); });
  EXPECT_GE(called.get_future().get() - start, 20ms);
}

TEST(CallAfter, forgets_its_function_when_it_is_destroyed) {
  const auto life = std::make_shared<int>(0);
  {
    const auto timer = call_after(1h, [life] {});
    EXPECT_EQ(life.use_count(), 2);
  }
  EXPECT_EQ(life.use_count(), 1);
}

TEST(CallAfter, forgets_its_function_when_it_is_cancelled_or_replaced) {
  const auto life = std::make_shared<int>(0);
  auto timer = call_after(1h, [life] {});
  timer = call_after(1h, [life] {});
  EXPECT_EQ(life.use_count(), 2);
  timer.cancel();
  EXPECT_EQ(life.use_count(), 1);
  timer.cancel();
}

TEST(CallAfter, moves_with_its_function) {
  const auto life = std::make_shared<int>(0);
  PendingCall empty;
  PendingCall timer = call_after(1h, [life] {});
  std::swap(empty, timer);
  timer.cancel();
  EXPECT_EQ(life.use_count(), 2);
  empty.cancel();
  EXPECT_EQ(life.use_count(), 1);
}

TEST(CallAfter, calls_its_function_when_it_is_detached) {
  std::promise<void> called;
  call_after(20ms, [&] { called.set_value(); }).detach();
  called.get_future().wait();
}

TEST(CallAfter, takes_any_delay) {
  const auto longest = call_after(std::chrono::milliseconds::max(), [] { FAIL(); });
  std::promise<void> called;
  const auto timer = call_after(-1s, [&] { called.set_value(); });
  called.get_future().wait();
}

TEST(CallAfter, refuses_an_empty_function) {
  const auto timer = Runtime::shared().call_after(0ms, {});
  ASSERT_FALSE(timer);
  EXPECT_EQ(timer.error(), errc::invalid_config);
}

TEST(CallAfter, may_be_cancelled_by_the_function_it_calls) {
  std::promise<void> called;
  std::promise<void> set;
  PendingCall timer;
  timer = call_after(1ms, [&] {
    set.get_future().wait();
    timer.cancel();
    called.set_value();
  });
  set.set_value();
  called.get_future().wait();
}

TEST(CallAfter, forgets_its_function_when_its_runtime_ends) {
  const auto life = std::make_shared<int>(0);
  std::optional<PendingCall> timer;
  {
    Runtime runtime;
    timer = *runtime.call_after(1h, [life] {});
    runtime.call_after(1h, [life] {})->detach();
    std::promise<void> passed;
    const auto later = runtime.call_after(0ms, [&] { passed.set_value(); });
    passed.get_future().wait();
    EXPECT_EQ(life.use_count(), 3);
  }
  EXPECT_EQ(life.use_count(), 1);
}

TEST(CallAfter, logs_what_its_function_throws) {
  testing::LogOf<std::string> lines;
  set_logger([&](LogLevel, std::string_view line) { lines.add(std::string{line}); });
  const auto timer = call_after(0ms, [] { throw std::runtime_error{"no good"}; });
  EXPECT_TRUE(lines.wait_for("Timer error: no good"));
  set_logger({});
}

}  // namespace
}  // namespace zenws::net
