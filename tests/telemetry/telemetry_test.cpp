// Attaching, detaching, and what becomes of functions that throw, on one thread and on several.
#include "telemetry/telemetry.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/log.hpp>

#include "support/log_of.hpp"

namespace zenws::telemetry {
namespace {

constexpr std::string_view upgrade = "zen_websocket.connection.upgrade";
constexpr std::string_view stopped = "zen_websocket.connection.stopped";

void tell_upgrade() { emit(Name::connection_upgrade, {{"connect_time_ms", 1.5}}, {{"client", "7"}}); }
void tell_stopped() { emit(Name::connection_stopped, {{"epoch", 2}}); }

TEST(TelemetryAttach, hands_over_name_numbers_and_texts) {
  std::vector<std::string> seen;
  ASSERT_TRUE(attach("a", upgrade, [&](const Event& event) {
    EXPECT_EQ(event.measurement("connect_time_ms"), 1.5);
    EXPECT_EQ(event.measurement("client"), std::nullopt);
    EXPECT_EQ(event.text("client"), "7");
    EXPECT_EQ(event.text("connect_time_ms"), "");
    seen.emplace_back(event.name);
  }));
  tell_upgrade();
  tell_stopped();
  EXPECT_EQ(seen, std::vector<std::string>{std::string{upgrade}});
  EXPECT_TRUE(detach("a"));
  tell_upgrade();
  EXPECT_EQ(seen.size(), 1U);
}

TEST(TelemetryAttach, may_be_to_many_events_and_by_many) {
  int all = 0;
  int two = 0;
  ASSERT_TRUE(attach_many("all", events(), [&](const Event&) { ++all; }));
  ASSERT_TRUE(attach_many("two", {upgrade, stopped}, [&](const Event&) { ++two; }));
  tell_upgrade();
  tell_stopped();
  emit(Name::limiter_pressure, {});
  EXPECT_EQ(all, 3);
  EXPECT_EQ(two, 2);
  EXPECT_TRUE(detach("all") && detach("two"));
}

TEST(TelemetryAttach, refuses_an_id_twice_names_it_does_not_know_and_no_function) {
  ASSERT_TRUE(attach("a", upgrade, [](const Event&) {}));
  EXPECT_EQ(attach("a", stopped, [](const Event&) {}).error(), errc::invalid_config);
  EXPECT_FALSE(is_attached(Name::connection_stopped));
  EXPECT_TRUE(detach("a"));
  EXPECT_EQ(attach("a", "connection.upgrade", [](const Event&) {}).error(), errc::invalid_config);
  EXPECT_EQ(attach("a", upgrade, nullptr).error(), errc::invalid_config);
  EXPECT_EQ(detach("a").error(), errc::not_found);
}

TEST(TelemetryWanted, is_what_somebody_is_attached_to) {
  EXPECT_FALSE(is_attached(Name::connection_upgrade));
  ASSERT_TRUE(attach("a", upgrade, [](const Event&) {}));
  ASSERT_TRUE(attach_many("b", {upgrade, stopped}, [](const Event&) {}));
  EXPECT_TRUE(is_attached(Name::connection_upgrade) && is_attached(Name::connection_stopped));
  ASSERT_TRUE(detach("b"));
  EXPECT_TRUE(is_attached(Name::connection_upgrade));
  EXPECT_FALSE(is_attached(Name::connection_stopped));
  ASSERT_TRUE(detach("a"));
  EXPECT_FALSE(is_attached(Name::connection_upgrade));
}

TEST(TelemetryFunction, is_detached_and_logged_when_it_throws) {
  testing::LogOf<std::string> lines;
  set_logger([&](LogLevel, std::string_view line) { lines.add(std::string{line}); });
  int calls = 0;
  int others = 0;
  ASSERT_TRUE(attach("bad", upgrade, [&](const Event&) {
    ++calls;
    throw std::runtime_error{"no good"};
  }));
  ASSERT_TRUE(attach("good", upgrade, [&](const Event&) { ++others; }));
  tell_upgrade();
  tell_upgrade();
  set_logger({});
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(others, 2);
  EXPECT_EQ(lines.all(), std::vector<std::string>{"Telemetry handler bad is detached: no good"});
  EXPECT_EQ(detach("bad").error(), errc::not_found);
  EXPECT_TRUE(detach("good"));
}

TEST(TelemetryFunction, may_detach_itself_and_another) {
  int first = 0;
  int second = 0;
  ASSERT_TRUE(attach("first", upgrade, [&](const Event&) {
    ++first;
    EXPECT_TRUE(detach("second"));
    EXPECT_TRUE(detach("first"));
  }));
  ASSERT_TRUE(attach("second", upgrade, [&](const Event&) { ++second; }));
  tell_upgrade();
  tell_upgrade();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
}

TEST(TelemetryFunction, is_not_told_what_it_causes_itself) {
  int calls = 0;
  ASSERT_TRUE(attach_many("a", events(), [&](const Event&) {
    ++calls;
    tell_stopped();
  }));
  tell_upgrade();
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(detach("a"));
}

TEST(TelemetryThreads, call_nothing_after_it_was_detached) {
  std::atomic<bool> over{false};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!over) tell_upgrade();
    });
  }
  std::atomic<int> late{0};
  for (int i = 0; i < 300; ++i) {
    const auto calls = std::make_shared<std::atomic<int>>(0);
    const auto detached = std::make_shared<std::atomic<bool>>(false);
    ASSERT_TRUE(attach("a", upgrade, [calls, detached, &late](const Event&) {
      ++*calls;
      std::this_thread::yield();
      if (*detached) ++late;
    }));
    if (i % 3 == 0) {
      while (*calls == 0) std::this_thread::yield();
    }
    ASSERT_TRUE(detach("a"));
    *detached = true;
  }
  EXPECT_EQ(late, 0);
  over = true;
}

TEST(TelemetryThreads, are_waited_for_by_detach) {
  testing::LogOf<std::string> log;
  std::promise<void> go_on;
  ASSERT_TRUE(attach("a", upgrade, [&, may_go_on = go_on.get_future().share()](const Event&) {
    log.add("begins");
    may_go_on.wait();
    log.add("ends");
  }));
  std::jthread teller{tell_upgrade};
  ASSERT_TRUE(log.wait_for("begins"));
  std::jthread detacher{[&] {
    EXPECT_TRUE(detach("a"));
    log.add("detached");
  }};
  while (is_attached(Name::connection_upgrade)) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds{20});  // for a detach() that does not wait to show it
  go_on.set_value();
  ASSERT_TRUE(log.wait_for_size(3));
  EXPECT_EQ(log.all(), (std::vector<std::string>{"begins", "ends", "detached"}));
}

TEST(TelemetryNames, are_those_of_the_guides_table) {
  std::ifstream document{std::filesystem::path{ZENWS_SOURCE_DIR} / "docs/guide/telemetry.md"};
  std::multiset<std::string> documented;
  for (std::string line; std::getline(document, line);) {
    if (!line.starts_with("| `zen_websocket.")) continue;
    documented.insert(line.substr(3, line.find('`', 3) - 3));
  }
  EXPECT_EQ(documented, (std::multiset<std::string>{events().begin(), events().end()}));
}

}  // namespace
}  // namespace zenws::telemetry
