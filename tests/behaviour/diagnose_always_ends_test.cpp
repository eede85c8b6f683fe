// diagnose() ends whatever becomes of its runtime, and whatever its caller's function throws.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <zenws/doctor.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

namespace zenws {
namespace {

using namespace std::chrono_literals;

testing::Server slow_server() {
  auto server = testing::Server::start({.faults = {.delay_upgrade = 60s}});
  EXPECT_TRUE(server);
  return *std::move(server);
}

TEST(Diagnosing, survives_a_function_that_throws) {
  auto server = testing::Server::start({});
  ASSERT_TRUE(server);
  int steps = 0;
  const auto result = diagnose(server->url(), {}, [&](const DoctorStep&) {
    ++steps;
    throw std::runtime_error{"the user's"};
  });
  EXPECT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(steps, 3);
}

TEST(Diagnosing, ends_when_its_runtime_ends) {
  const auto server = slow_server();
  auto runtime = std::make_unique<Runtime>();
  Options options;
  options.timeout = 60s;
  options.runtime = runtime.get();
  std::jthread ender;
  const auto result = diagnose(server.url(), options, [&](const DoctorStep& step) {
    if (step.phase == Phase::connect) ender = std::jthread{[&] { runtime.reset(); }};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::closed);
}

TEST(Diagnosing, ends_when_its_function_ends_the_runtime) {
  const auto server = slow_server();
  auto runtime = std::make_unique<Runtime>();
  Options options;
  options.runtime = runtime.get();
  const auto result = diagnose(server.url(), options, [&](const DoctorStep&) { runtime.reset(); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), errc::closed);
}

}  // namespace
}  // namespace zenws
