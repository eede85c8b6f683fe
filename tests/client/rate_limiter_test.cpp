// The limiter by itself: who gets tokens, who waits, and that what waits is run.
#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <zenws/log.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/runtime.hpp>

#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;

// An interval that no test lives to see the end of.
constexpr auto no_refill = 24h;

std::uint64_t cost_is_length(std::string_view request) { return request.size(); }

std::shared_ptr<RateLimiter> limiter_of(RateLimiterOptions settings) {
  auto limiter = RateLimiter::create(std::move(settings));
  EXPECT_TRUE(limiter) << to_string(limiter.error());
  return *limiter;
}

std::string refusal(RateLimiterOptions settings) {
  const auto limiter = RateLimiter::create(std::move(settings));
  if (limiter) return "made";
  EXPECT_EQ(limiter.error(), errc::invalid_config);
  return std::string{limiter.error().detail()};
}

TEST(RateLimiterCreate, names_the_broken_rule) {
  EXPECT_EQ(refusal({}), "made");
  EXPECT_EQ(refusal({.tokens = 0}), "Tokens must be positive");
  EXPECT_EQ(refusal({.refill_rate = 0}), "Refill rate must be positive");
  EXPECT_EQ(refusal({.refill_interval = 0ms}), "Refill interval must be positive");
  EXPECT_EQ(refusal({.refill_interval = -1ms}), "Refill interval must be positive");
  EXPECT_EQ(refusal({.refill_interval = 366 * 24h}), "Refill interval must be at most 365 days");
  EXPECT_EQ(refusal({.request_cost = nullptr}), "Request cost must be a function");
}

TEST(RateLimiterId, is_no_other_limiters) {
  const auto one = limiter_of({});
  const auto other = limiter_of({});
  EXPECT_NE(one->id(), other->id());
}

TEST(RateLimiterConsume, takes_the_cost_of_the_request) {
  const auto limiter = limiter_of({.tokens = 5, .refill_interval = no_refill, .request_cost = cost_is_length});
  EXPECT_TRUE(limiter->consume("123"));
  EXPECT_EQ(limiter->consume("123").error(), errc::rate_limited);
  EXPECT_EQ(limiter->status().tokens, 2U);
  EXPECT_TRUE(limiter->consume("12"));
  EXPECT_EQ(limiter->status().tokens, 0U);
}

TEST(RateLimiterConsume, refuses_what_the_bucket_can_never_hold) {
  const auto limiter = limiter_of({.tokens = 5, .request_cost = cost_is_length});
  EXPECT_EQ(limiter->consume("123456").error(), errc::invalid_config);
  EXPECT_EQ(limiter->submit("123456", [] { FAIL(); }).error(), errc::invalid_config);
  EXPECT_EQ(limiter->status().tokens, 5U);
}

TEST(RateLimiterConsume, contains_a_cost_function_that_throws) {
  const auto limiter = limiter_of({.request_cost = [](std::string_view) -> std::uint64_t { throw 1; }});
  EXPECT_EQ(limiter->consume("x").error(), errc::invalid_config);
}

TEST(RateLimiterConsume, gives_out_each_token_once_on_four_threads) {
  const auto limiter = limiter_of({.tokens = 90'000, .refill_interval = no_refill});
  std::atomic<int> given{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 25'000; ++n) given += limiter->consume("x") ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(given, 90'000);
  EXPECT_EQ(limiter->status().tokens, 0U);
}

TEST(RateLimiterSubmit, runs_here_and_now_while_there_are_tokens) {
  const auto limiter = limiter_of({.tokens = 2, .refill_interval = no_refill});
  std::thread::id where;
  ASSERT_TRUE(limiter->submit("x", [&] { where = std::this_thread::get_id(); }));
  EXPECT_EQ(where, std::this_thread::get_id());
  EXPECT_EQ(limiter->status().tokens, 1U);
}

TEST(RateLimiterSubmit, runs_what_waits_in_order_when_its_tokens_have_come) {
  const auto limiter =
      limiter_of({.tokens = 3, .refill_rate = 1, .refill_interval = 1ms, .request_cost = cost_is_length});
  LogOf<int> ran;
  ASSERT_TRUE(limiter->consume("123"));
  const std::string costs[] = {"123", "1", "12", "", "123", "1"};
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(limiter->submit(costs[i % 6], [&ran, i] { ran.add(i); })) << i;
  ASSERT_TRUE(ran.wait_for_size(60));
  EXPECT_TRUE(std::ranges::is_sorted(ran.all()));
  EXPECT_EQ(limiter->status().queue_size, 0U);
}

TEST(RateLimiterSubmit, keeps_the_order_of_each_thread) {
  const auto limiter = limiter_of({.tokens = 10, .refill_rate = 5, .refill_interval = 1ms, .max_queue_size = 4000});
  LogOf<int> ran[4];
  std::vector<std::jthread> threads;
  for (auto& mine : ran) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) EXPECT_TRUE(limiter->submit("x", [&mine, i] { mine.add(i); }));
    });
  }
  threads.clear();
  for (auto& mine : ran) {
    ASSERT_TRUE(mine.wait_for_size(500));
    EXPECT_TRUE(std::ranges::is_sorted(mine.all()));
  }
}

TEST(RateLimiterSubmit, refuses_when_the_queue_is_full) {
  const auto limiter = limiter_of({.tokens = 1, .refill_interval = no_refill, .max_queue_size = 2});
  ASSERT_TRUE(limiter->consume("x"));
  EXPECT_TRUE(limiter->submit("x", [] {}));
  EXPECT_TRUE(limiter->submit("x", [] {}));
  EXPECT_EQ(limiter->submit("x", [] {}).error(), errc::queue_full);
  EXPECT_EQ(limiter->status().queue_size, 2U);
}

TEST(RateLimiterSubmit, is_never_overtaken_by_consume) {
  const auto limiter = limiter_of({.tokens = 5, .refill_interval = no_refill, .request_cost = cost_is_length});
  ASSERT_TRUE(limiter->consume("1"));
  ASSERT_TRUE(limiter->submit("12345", [] {}));  // waits for the fifth token
  EXPECT_EQ(limiter->consume("1").error(), errc::rate_limited);
  EXPECT_EQ(limiter->status().tokens, 4U);
}

TEST(RateLimiterSubmit, is_not_overtaken_while_it_runs_either) {
  const auto limiter =
      limiter_of({.tokens = 2, .refill_rate = 2, .refill_interval = 1ms, .request_cost = cost_is_length});
  LogOf<std::string> ran;
  std::promise<void> go_on;
  ASSERT_TRUE(limiter->consume("12"));
  ASSERT_TRUE(limiter->submit("12", [&, may_go_on = go_on.get_future()] {
    ran.add("begins");
    may_go_on.wait();
    ran.add("ends");
  }));
  ASSERT_TRUE(ran.wait_for("begins"));
  while (limiter->status().tokens < 2) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(limiter->consume("1").error(), errc::rate_limited);
  EXPECT_TRUE(limiter->submit("1", [&] { ran.add("next"); }));
  go_on.set_value();
  ASSERT_TRUE(ran.wait_for("next"));
  EXPECT_EQ(ran.all(), (std::vector<std::string>{"begins", "ends", "next"}));
}

TEST(RateLimiterSubmit, may_be_called_by_what_it_runs) {
  const auto limiter = limiter_of({.tokens = 1, .refill_rate = 1, .refill_interval = 1ms});
  LogOf<std::string> ran;
  ASSERT_TRUE(limiter->consume("x"));
  ASSERT_TRUE(limiter->submit("x", [&] {
    ran.add("outer");
    EXPECT_TRUE(limiter->submit("x", [&] { ran.add("inner"); }));
  }));
  EXPECT_TRUE(ran.wait_for("inner"));
}

TEST(RateLimiterSubmit, contains_and_logs_what_a_run_throws) {
  LogOf<std::string> lines;
  set_logger([&](LogLevel, std::string_view line) { lines.add(std::string{line}); });
  {
    const auto limiter = limiter_of({.tokens = 1, .refill_rate = 1, .refill_interval = 1ms});
    LogOf<int> ran;
    EXPECT_TRUE(limiter->submit("x", [] { throw std::runtime_error{"at once"}; }));
    EXPECT_TRUE(limiter->submit("x", [] { throw std::runtime_error{"later"}; }));
    EXPECT_TRUE(limiter->submit("x", [&] { ran.add(1); }));
    EXPECT_TRUE(ran.wait_for(1));
  }
  set_logger({});
  const std::vector<std::string> expected{"Rate limiter's run error: at once", "Rate limiter's run error: later"};
  EXPECT_EQ(lines.all(), expected);
}

TEST(RateLimiterPressure, is_told_on_change_only) {
  LogOf<std::string> told;
  const auto limiter = limiter_of({.tokens = 1,
                                   .refill_interval = no_refill,
                                   .max_queue_size = 8,
                                   .on_pressure = [&](const RateLimiterStatus& status) {
                                     told.add(std::string{to_string(status.pressure_level)} + " at " +
                                              std::to_string(status.queue_size));
                                   }});
  ASSERT_TRUE(limiter->consume("x"));
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(limiter->submit("x", [] {}));
  ASSERT_TRUE(told.wait_for_size(3));
  const std::vector<std::string> expected{"low at 2", "medium at 4", "high at 6"};
  EXPECT_EQ(told.all(), expected);
}

TEST(RateLimiterPressure, falls_as_the_queue_runs) {
  LogOf<PressureLevel> told;
  const auto limiter =
      limiter_of({.tokens = 1,
                  .refill_rate = 1,
                  .refill_interval = 1ms,
                  .max_queue_size = 4,
                  .on_pressure = [&](const RateLimiterStatus& status) { told.add(status.pressure_level); }});
  LogOf<int> ran;
  for (int i = 0; i < 20; ++i) {
    while (!limiter->submit("x", [&ran, i] { ran.add(i); })) std::this_thread::yield();
  }
  ASSERT_TRUE(ran.wait_for(19));
  ASSERT_TRUE(told.wait_until([](const auto& all) { return all.back() == PressureLevel::none; }));
  PressureLevel before = PressureLevel::none;
  for (const PressureLevel level : told.all()) EXPECT_NE(std::exchange(before, level), level);
}

TEST(RateLimiterStatus, tells_how_things_stand) {
  const auto limiter = limiter_of({.tokens = 10,
                                   .refill_rate = 2,
                                   .refill_interval = no_refill,
                                   .request_cost = cost_is_length,
                                   .max_queue_size = 4});
  RateLimiterStatus status = limiter->status();
  EXPECT_EQ(status.tokens, 10U);
  EXPECT_EQ(status.suggested_delay, 0ms);
  EXPECT_EQ(status.time_to_available, 0ms);
  ASSERT_TRUE(limiter->consume("1234567890"));
  status = limiter->status();
  EXPECT_GT(status.time_to_available, 0ms);
  EXPECT_LE(status.time_to_available, no_refill);
  ASSERT_TRUE(limiter->submit("12345", [] {}));  // the third refill brings it
  ASSERT_TRUE(limiter->submit("12345", [] {}));
  status = limiter->status();
  EXPECT_EQ(status.queue_size, 2U);
  EXPECT_EQ(status.pressure_level, PressureLevel::medium);
  EXPECT_EQ(status.suggested_delay, 2 * no_refill);
  EXPECT_GT(status.time_to_available, 2 * no_refill);
  EXPECT_LE(status.time_to_available, 3 * no_refill);
}

TEST(RateLimiterEnd, destroys_what_waits_without_running_it) {
  auto alive = std::make_shared<int>(0);
  auto limiter = limiter_of({.tokens = 1, .refill_interval = no_refill});
  ASSERT_TRUE(limiter->consume("x"));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(limiter->submit("x", [alive] { FAIL(); }));
  limiter.reset();
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(RateLimiterEnd, may_come_from_what_it_runs) {
  LogOf<int> ran;
  auto limiter = limiter_of({.tokens = 1, .refill_rate = 1, .refill_interval = 1ms});
  RateLimiter& there = *limiter;
  ASSERT_TRUE(there.consume("x"));
  ASSERT_TRUE(there.submit("x", [&ran, own = std::move(limiter)]() mutable {
    own.reset();
    ran.add(1);
  }));
  EXPECT_TRUE(ran.wait_for(1));
}

TEST(RateLimiterEnd, comes_with_the_end_of_its_runtime) {
  auto alive = std::make_shared<int>(0);
  auto runtime = std::make_unique<Runtime>();
  const auto limiter = limiter_of({.tokens = 1, .refill_interval = no_refill, .runtime = runtime.get()});
  ASSERT_TRUE(limiter->consume("x"));
  ASSERT_TRUE(limiter->submit("x", [alive] { FAIL(); }));
  runtime.reset();
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(limiter->submit("x", [] { FAIL(); }).error(), errc::closed);
  EXPECT_EQ(limiter->consume("x").error(), errc::rate_limited);
}

TEST(RateLimiterEnd, leaves_nothing_on_the_callers_io_context) {
  auto alive = std::make_shared<int>(0);
  boost::asio::io_context io;
  Runtime runtime{io};
  auto limiter = limiter_of({.tokens = 1, .refill_interval = no_refill, .runtime = &runtime});
  ASSERT_TRUE(limiter->consume("x"));
  ASSERT_TRUE(limiter->submit("x", [alive] { FAIL(); }));
  io.run_for(1ms);
  limiter.reset();
  EXPECT_EQ(alive.use_count(), 1);
  io.restart();
  io.run();  // returns: no timer is left
}

}  // namespace
}  // namespace zenws
