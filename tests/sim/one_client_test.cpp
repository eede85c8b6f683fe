// One client and one server in virtual time: hours in a moment, and the same run from the same seed.
#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "sim/network.hpp"

namespace zenws::sim {
namespace {

using namespace std::chrono_literals;

std::string name_of(const Lifecycle& event) { return "event " + std::to_string(event.index()); }

// Ten minutes of a client that sends every second and is cut off every minute.
struct Life {
  explicit Life(std::uint64_t seed) : world{seed} {}

  SimWorld world;
  int echoed = 0;
  int sent = 0;
  std::uint64_t reconnects = 0;

  void ten_minutes() {
    const InWorld inside{world};
    SimNet net{world};
    Runtime servers{net.make_loop(SimNet::Machine::server)};
    Runtime clients{net.make_loop(SimNet::Machine::client)};
    testing::Server server = *testing::Server::start({.script = testing::exact_echo, .runtime = &servers});
    Options options;
    options.runtime = &clients;
    options.retry_delay = 100ms;
    options.heartbeat = Heartbeat::ping_pong(5s);
    options.on_lifecycle = [this](const Lifecycle& event) { world.log(name_of(event)); };
    options.handler = [this](const Message&) {
      ++echoed;
      world.log("message");
    };
    auto client = Client::connect(server.url(), options);
    ASSERT_TRUE(client) << to_string(client.error());
    for (int second = 1; second <= 600; ++second) {
      world.run_for(1s);
      if (client->send_message("tick")) ++sent;
      if (second % 60 != 0 || net.connections() == 0) continue;
      net.break_after(net.connections() - 1, 0, second % 120 == 0 ? Break::silence : Break::reset);
    }
    world.run_for(1min);
    EXPECT_EQ(client->get_state(), State::connected);
    reconnects = client->get_state_metrics().reconnects;
    ASSERT_TRUE(client->close());
    world.log("closed");
  }
};

TEST(OneClient, lives_ten_minutes_with_ten_faults_and_comes_back_each_time) {
  Life run{1};
  run.ten_minutes();
  EXPECT_EQ(run.reconnects, 10U);
  EXPECT_GT(run.echoed, 500);
  EXPECT_LE(run.echoed, run.sent);
}

TEST(OneClient, lives_the_same_life_from_the_same_seed_and_another_from_another) {
  Life first{7};
  Life again{7};
  Life other{8};
  first.ten_minutes();
  again.ten_minutes();
  other.ten_minutes();
  EXPECT_EQ(first.world.lines(), again.world.lines());
  EXPECT_EQ(first.world.hash(), again.world.hash());
  EXPECT_EQ(first.world.events(), again.world.events());
  EXPECT_NE(first.world.hash(), other.world.hash());
}

}  // namespace
}  // namespace zenws::sim
