// The timer of those who know the public headers alone.
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/log.hpp>
#include <zenws/runtime.hpp>

#include "support/log_of.hpp"

namespace zenws::client {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<void> call_after(std::chrono::milliseconds delay, std::move_only_function<void()> f) {
  return Access::call_after(nullptr, delay, std::move(f));
}

TEST(CallAfter, calls_once_and_not_before_its_time) {
  std::promise<std::chrono::steady_clock::time_point> called;
  const auto start = std::chrono::steady_clock::now();
  const auto timer = call_after(20ms, [&] { called.set_value(std::chrono::steady_clock::now()); });
  ASSERT_NE(timer, nullptr);
  EXPECT_GE(called.get_future().get() - start, 20ms);
}

TEST(CallAfter, forgets_its_function_when_it_is_destroyed) {
  const auto life = std::make_shared<int>(0);
  auto timer = call_after(1h, [life] {});
  EXPECT_EQ(life.use_count(), 2);
  timer.reset();
  EXPECT_EQ(life.use_count(), 1);
}

TEST(CallAfter, takes_any_delay) {
  EXPECT_NE(call_after(std::chrono::milliseconds::max(), [] {}), nullptr);
  std::promise<void> called;
  const auto timer = call_after(-1s, [&] { called.set_value(); });
  called.get_future().wait();
}

TEST(CallAfter, may_be_replaced_by_the_function_it_calls) {
  std::promise<void> called;
  std::promise<void> set;
  std::shared_ptr<void> timer;
  timer = call_after(1ms, [&] {
    set.get_future().wait();
    timer.reset();
    called.set_value();
  });
  set.set_value();
  called.get_future().wait();
}

TEST(CallAfter, forgets_its_function_when_its_runtime_ends) {
  const auto life = std::make_shared<int>(0);
  std::shared_ptr<void> timer;
  {
    Runtime runtime;
    timer = Access::call_after(&runtime, 1h, [life] {});
    std::promise<void> passed;
    const auto later = Access::call_after(&runtime, 0ms, [&] { passed.set_value(); });
    passed.get_future().wait();
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
}  // namespace zenws::client
