// Three servers, one slow, one that drops its connections, one that is killed and comes back: the pool sends each
// request where it is best off.
#include <array>
#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <zenws/supervisor.hpp>
#include <zenws/telemetry.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/json_rpc.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::Server;
using Shares = std::array<std::size_t, 3>;

constexpr std::size_t slow = 0;
constexpr std::size_t erring = 1;
constexpr std::size_t killed = 2;
constexpr std::array<std::string_view, 3> names{"slow", "erring", "killed"};
constexpr std::size_t askers = 4;
constexpr std::size_t requests = 400;  // a phase

class PoolUnderFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    servers[slow] = start({.delay_messages = 60ms});
    servers[erring] = start({.drop_after_messages = 5});
    servers[killed] = start({});
    for (std::size_t i = 0; i < names.size(); ++i) {
      Options options{.retry_count = unlimited, .retry_delay = 5ms, .max_backoff = 20ms, .stable_after = 0ms};
      options.handler = [](const Message&) {};
      ids[i] = supervisor.start_client(servers[i]->url(), std::move(options), {.name = std::string{names[i]}})->id();
    }
    ASSERT_TRUE(telemetry::attach_many("pool", {"zen_websocket.pool.route", "zen_websocket.pool.failover"},
                                       [this](const telemetry::Event& event) { count(event); }));
  }
  void TearDown() override { (void)telemetry::detach("pool"); }

  static std::unique_ptr<Server> start(testing::Faults faults, std::uint16_t port = 0) {
    const auto answer = [](const testing::ReceivedMessage& message) {
      return std::vector<testing::Reply>{{false, testing::answer(testing::id_of(message).value_or(0))}};
    };
    return std::make_unique<Server>(*Server::start({.port = port, .script = answer, .faults = std::move(faults)}));
  }
  void count(const telemetry::Event& event) {
    const std::lock_guard lock{mutex};
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (event.text("client") == std::to_string(ids[i])) {
        ++(event.name.ends_with("route") ? routed : failed_over).at(i);
      }
    }
  }
  // How many requests each server was asked in one phase.
  Shares ask(std::string_view phase) {
    const std::size_t failed_before = failed;
    std::unique_lock lock{mutex};
    routed = failed_over = {};
    lock.unlock();
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < askers; ++i) {
        threads.emplace_back([this] {
          for (std::size_t n = 0; n < requests / askers; ++n) {
            failed += supervisor.request_balanced("query", {}, {.idempotent = true, .timeout = 20s}) ? 0 : 1;
          }
        });
      }
    }
    lock.lock();
    std::cout << fmt::format(
        "pool  | {:<20} | slow {:>4} | erring {:>4} | killed {:>4} | failovers from {}/{}/{} | "
        "without an answer {}\n",
        phase, routed[slow], routed[erring], routed[killed], failed_over[slow], failed_over[erring],
        failed_over[killed], failed - failed_before);
    return routed;
  }

  std::array<std::unique_ptr<Server>, 3> servers;
  std::array<std::uint64_t, 3> ids{};
  std::mutex mutex;
  Shares routed{};
  Shares failed_over{};
  std::atomic<std::size_t> failed{0};
  ClientSupervisor supervisor = *ClientSupervisor::create();
};

TEST_F(PoolUnderFaults, sends_each_request_where_it_is_best_off) {
  (void)ask("getting acquainted");

  const Shares all_up = ask("all three up");
  EXPECT_GT(all_up[killed], requests / 2) << "it is the only good one";
  EXPECT_LT(all_up[slow] + all_up[erring], requests / 2);

  const std::uint16_t port = servers[killed]->port();
  servers[killed].reset();
  ASSERT_TRUE(eventually([&] { return supervisor.find("killed")->lock()->get_state() != State::connected; }));
  const Shares one_down = ask("one killed");
  EXPECT_EQ(one_down[killed], 0U) << "never one that is not connected";

  servers[killed] = start({}, port);
  ASSERT_TRUE(eventually([&] { return supervisor.find("killed")->lock()->get_state() == State::connected; }));
  const Shares back = ask("and back again");
  EXPECT_GT(back[killed], back[erring]);
  EXPECT_GT(back[killed], back[slow]);
  EXPECT_EQ(failed, 0U) << "idempotent: each finds an answer somewhere";
}

}  // namespace
}  // namespace zenws
