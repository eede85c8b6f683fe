#include "adapters/alarm.hpp"

#include <chrono>
#include <future>
#include <memory>

#include <gtest/gtest.h>

#include <zenws/runtime.hpp>

namespace zenws::adapters {
namespace {

using namespace std::chrono_literals;

TEST(Alarm, calls_once_and_not_before_its_time) {
  std::promise<std::chrono::steady_clock::time_point> called;
  const auto start = std::chrono::steady_clock::now();
  const auto alarm = set_alarm(20ms, nullptr, [&] { called.set_value(std::chrono::steady_clock::now()); });
  ASSERT_NE(alarm, nullptr);
  EXPECT_GE(called.get_future().get() - start, 20ms);
}

TEST(Alarm, forgets_its_function_when_it_is_destroyed) {
  const auto life = std::make_shared<int>(0);
  auto alarm = set_alarm(1h, nullptr, [life] {});
  EXPECT_EQ(life.use_count(), 2);
  alarm.reset();
  EXPECT_EQ(life.use_count(), 1);
}

TEST(Alarm, takes_any_delay) {
  EXPECT_NE(set_alarm(std::chrono::milliseconds::max(), nullptr, [] {}), nullptr);
  std::promise<void> called;
  const auto alarm = set_alarm(-1s, nullptr, [&] { called.set_value(); });
  called.get_future().wait();
}

TEST(Alarm, may_be_replaced_by_the_function_it_calls) {
  std::promise<void> called;
  std::promise<void> set;
  std::shared_ptr<void> alarm;
  alarm = set_alarm(1ms, nullptr, [&] {
    set.get_future().wait();
    alarm.reset();
    called.set_value();
  });
  set.set_value();
  called.get_future().wait();
}

}  // namespace
}  // namespace zenws::adapters
