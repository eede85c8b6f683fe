// A pool gives each message to one server at most, while servers are killed under it. Only what is declared idempotent
// may arrive twice.
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <functional>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <zenws/pool.hpp>
#include <zenws/runtime.hpp>
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

constexpr std::size_t most = 8'000'000;  // messages that are told apart
constexpr std::size_t senders = 8;
constexpr std::size_t kills_in_all = 6;
constexpr auto kill_every = 1s;

// How often each message has arrived, at any server.
class Arrivals {
 public:
  void count(std::size_t number) { ++counts_[number]; }
  [[nodiscard]] std::size_t arrived(std::uint8_t times) const {
    return static_cast<std::size_t>(std::ranges::count(counts_, times, [](const auto& count) { return count.load(); }));
  }
  [[nodiscard]] std::size_t repeated() const { return most - arrived(0) - arrived(1); }
  [[nodiscard]] std::uint8_t of(std::size_t number) const { return counts_[number]; }

 private:
  std::vector<std::atomic<std::uint8_t>> counts_ = std::vector<std::atomic<std::uint8_t>>(most);
};

class FailoverUnderKills : public ::testing::Test {
 protected:
  void SetUp() override {
    for (std::unique_ptr<Server>& server : servers) {
      server = std::make_unique<Server>(start());
      for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(supervisor.start_client(server->url(), options(), {.max_restarts = 1'000'000}));
      }
    }
    ASSERT_TRUE(telemetry::attach("failovers", "zen_websocket.pool.failover", [this](const auto&) { ++failovers; }));
    killer = std::jthread{[this](const std::stop_token& stop) { kill_in_turn(stop); }};
  }
  void TearDown() override {
    if (killer.joinable()) {
      killer.request_stop();
      killer.join();
    }
    (void)telemetry::detach("failovers");
  }
  static Options options() {
    Options options{.retry_count = unlimited, .retry_delay = 1ms, .max_backoff = 20ms, .stable_after = 0ms};
    options.handler = [](const Message&) {};
    return options;
  }
  // Requests are answered, other messages are numbers.
  testing::Script script() {
    return [this](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
      const std::string_view text = message.payload;
      const auto digits = text.rfind('#');
      std::size_t number = most;
      std::from_chars(text.data() + digits + 1, text.data() + text.size(), number);
      if (number < most) arrivals.count(number);
      const auto id = testing::id_of(message);
      return id ? std::vector{testing::Reply{false, testing::answer(*id)}} : std::vector<testing::Reply>{};
    };
  }
  Server start(std::uint16_t port = 0) {
    return *Server::start({.port = port, .script = script(), .received_limit = 1, .faults = faults});
  }
  // Everything ends by RST in the middle of what is being sent; the next moment there is a new server on that port.
  void kill_in_turn(const std::stop_token& stop) {
    for (std::size_t turn = 0; turn < kills_in_all && !stop.stop_requested(); ++turn) {
      std::this_thread::sleep_for(kill_every);
      std::unique_ptr<Server>& server = servers[turn % servers.size()];
      const std::uint16_t port = server->port();
      server->simulate_disconnect(testing::Disconnect::abrupt());
      server->stop();
      server = std::make_unique<Server>(start(port));
      ++kills;
    }
  }
  // Numbers from zero on, each once, by several threads without a pause, until the last kill. How many.
  std::size_t send_all(const std::function<void(std::size_t number)>& send) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < senders; ++i) {
      threads.emplace_back([&] {
        while (kills < kills_in_all) {
          const std::size_t number = next++;
          if (number >= most) return;
          send(number);
        }
      });
    }
    threads.clear();
    killer.join();
    return std::min(next.load(), most);
  }

  testing::Faults faults;  // of all servers, for ever
  Arrivals arrivals;
  std::atomic<std::size_t> failovers{0};
  std::atomic<std::size_t> kills{0};
  std::array<std::unique_ptr<Server>, 3> servers;
  ClientSupervisor supervisor = *ClientSupervisor::create();
  std::jthread killer;
};

TEST_F(FailoverUnderKills, gives_a_message_to_one_server_at_most) {
  std::atomic<std::size_t> accepted{0};
  const std::size_t sent = send_all([&](std::size_t number) {
    accepted += supervisor.send_balanced("#" + std::to_string(number), {.max_attempts = 6}) ? 1 : 0;
  });
  for (const ClientRef& client : supervisor.list_clients()) EXPECT_TRUE(client.lock()->close());
  // What was accepted for a connection that was killed may be lost, as long as its queue was; all else has arrived.
  std::cout << fmt::format("pool  | {} messages, {} accepted, {} arrived, {} arrived twice | {} kills, {} failovers\n",
                           sent, accepted.load(), arrivals.arrived(1), arrivals.repeated(), kills.load(),
                           failovers.load());
  EXPECT_EQ(arrivals.repeated(), 0U);
  EXPECT_LE(arrivals.arrived(1), accepted.load());
  EXPECT_GT(arrivals.arrived(1), 0U);
  EXPECT_EQ(kills, kills_in_all);
}

// Each request is with its server for a while: many are in doubt when that is killed.
struct RequestsUnderKills : FailoverUnderKills {
  RequestsUnderKills() { faults.delay_messages = 5ms; }
};

TEST_F(RequestsUnderKills, repeat_only_what_may_be_asked_twice) {
  std::atomic<std::size_t> in_doubt{0};
  std::atomic<std::size_t> wrong{0};
  const std::size_t asked = send_all([&](std::size_t number) {
    const bool idempotent = number % 2 == 0;
    const auto response = supervisor.request_balanced("order#" + std::to_string(number), {},
                                                      {.max_attempts = 6, .idempotent = idempotent, .timeout = 20s});
    if (response) return;
    ++(!idempotent && response.error() == errc::disconnected ? in_doubt : wrong);
  });
  std::size_t orders_twice = 0;
  std::size_t queries_twice = 0;
  for (std::size_t number = 0; number < asked; ++number) {
    if (arrivals.of(number) > 1) ++(number % 2 == 0 ? queries_twice : orders_twice);
  }
  std::cout << fmt::format(
      "pool  | {} requests, {} in doubt and left so, {} arrived twice, and {} of the idempotent ones | {} kills, {} "
      "failovers\n",
      asked, in_doubt.load(), orders_twice, queries_twice, kills.load(), failovers.load());
  EXPECT_EQ(orders_twice, 0U);
  EXPECT_EQ(wrong, 0U) << "every other request has its answer";
}

}  // namespace
}  // namespace zenws
