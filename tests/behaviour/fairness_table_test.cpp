// How long each thing waits on a loop that a flood keeps busy: `behaviour_tests --gtest_filter='*Fairness*' | grep
// ^fairness`.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <sys/socket.h>
#include <thread>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "base/clock.hpp"
#include "support/far_end.hpp"
#include "support/frames.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using test::FarEnd;
using testing::LogOf;

constexpr std::size_t rounds = 30;

// Loose enough for a machine that does much else: what held before was seconds.
constexpr auto tolerated = 1s;

struct Busy {
  std::chrono::microseconds handler;
  bool tls;
};

// A client whose server floods it, and when the server heard anything of it.
struct FairnessTable : ::testing::TestWithParam<Busy> {
  LogOf<TimePoint> heard;
  FarEnd server{[this](FarEnd::Wire& wire) { flood(wire); }, GetParam().tls};
  Runtime runtime;
  std::atomic<int> calls{0};
  LogOf<TimePoint> sent;

  // Reads what has come beside the writing; over TLS as it came, for when it came is all that counts.
  void flood(FarEnd::Wire& wire) {
    std::jthread hears{[&, fd = wire.descriptor()] {
      char piece[4096];
      while (::recv(fd, piece, sizeof piece, 0) > 0) heard.add(Clock::now());
    }};
    std::string messages;
    for (int i = 0; i < 500; ++i) messages += test::text(std::string(200, 'x')).bytes(false);
    while (wire.write(messages)) {
    }
    ::shutdown(wire.descriptor(), SHUT_RDWR);
  }
  Options options() {
    Options options;
    options.runtime = &runtime;
    options.tls.ca_pem = server.ca_pem();
    options.decode_json = false;
    options.close_timeout = 200ms;
    options.handler = [this](const Message&) {
      for (const TimePoint end = Clock::now() + GetParam().handler; Clock::now() < end;) {
      }
      ++calls;
    };
    return options;
  }
  Client connect(Options with) {
    auto client = Client::connect(server.url(), std::move(with));
    EXPECT_TRUE(client) << to_string(client.error());
    while (calls < 20) std::this_thread::sleep_for(1ms);
    return *client;
  }
  void tell(const char* what, Clock::duration worst) const {
    std::printf("fairness handler %4lld us %-5s %-24s worst %8.2f ms\n",
                static_cast<long long>(GetParam().handler.count()), GetParam().tls ? "TLS" : "plain", what,
                std::chrono::duration<double, std::milli>{worst}.count());
    EXPECT_LT(worst, tolerated);
  }
};

TEST_P(FairnessTable, of_close) {
  Clock::duration worst{};
  for (std::size_t i = 0; i < rounds / 10; ++i) {
    Client client = connect(options());
    heard.clear();
    const TimePoint begun = Clock::now();
    (void)client.close();
    ASSERT_TRUE(heard.wait_for_size(1));
    worst = std::max(worst, heard.all().front() - begun);
  }
  tell("close()", worst);
}

TEST_P(FairnessTable, of_another_clients_message) {
  const Client busy = connect(options());
  auto quiet_server = testing::Server::start();
  ASSERT_TRUE(quiet_server);
  LogOf<TimePoint> arrived;
  Options quiet;
  quiet.runtime = &runtime;
  quiet.handler = [&](const Message&) { arrived.add(Clock::now()); };
  const auto client = Client::connect(quiet_server->url(), quiet);
  ASSERT_TRUE(client) << to_string(client.error());
  Clock::duration worst{};
  for (std::size_t i = 1; i <= rounds; ++i) {
    const TimePoint begun = Clock::now();
    quiet_server->inject_message("hello");
    ASSERT_TRUE(arrived.wait_for_size(i));
    worst = std::max(worst, arrived.all().back() - begun);
  }
  tell("another client's message", worst);
}

TEST_P(FairnessTable, of_heartbeats) {
  constexpr auto interval = 20ms;
  Options with = options();
  with.heartbeat = Heartbeat::ping_pong(interval);
  with.max_missed_heartbeats = 0;  // nobody answers them
  const Client client = connect(with);
  heard.clear();
  ASSERT_TRUE(heard.wait_for_size(rounds));
  const auto at = heard.all();
  Clock::duration worst{};
  for (std::size_t i = 1; i < rounds; ++i) worst = std::max(worst, at[i] - at[i - 1] - interval);
  tell("a heartbeat", worst);
}

TEST_P(FairnessTable, of_what_the_handler_sends) {
  Options with = options();
  with.handler = [this, work = with.handler](const ClientRef& from, const Message& message) {
    if (calls > 20 && sent.size() == heard.size() && sent.size() < rounds) {
      sent.add(Clock::now());
      (void)from.lock()->send_message("an order");
    }
    work(from, message);
  };
  const Client client = connect(with);
  ASSERT_TRUE(heard.wait_for_size(rounds));
  const auto from = sent.all();
  const auto to = heard.all();
  Clock::duration worst{};
  for (std::size_t i = 0; i < rounds; ++i) worst = std::max(worst, to[i] - from[i]);
  tell("the handler's own message", worst);
}

std::string busy_name(const ::testing::TestParamInfo<Busy>& info) {
  return std::to_string(info.param.handler.count()) + "_us_" + (info.param.tls ? "tls" : "plain");
}

INSTANTIATE_TEST_SUITE_P(Handlers, FairnessTable,
                         ::testing::Values(Busy{5us, false}, Busy{20us, false}, Busy{100us, false}, Busy{1ms, false},
                                           Busy{5us, true}, Busy{20us, true}, Busy{100us, true}, Busy{1ms, true}),
                         busy_name);

}  // namespace
}  // namespace zenws
