// A call that is asked for later comes once, on the client's loop, over reconnects, and not any more once the client
// has ended.
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/log.hpp>
#include <zenws/runtime.hpp>
#include <zenws/supervisor.hpp>
#include <zenws/testing/server.hpp>

#include "support/connect.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

struct ACallComesAfterItsDelay : ::testing::Test {
  Server server = *Server::start();
  LogOf<std::string> seen;

  Client connect(Options options = {}) { return testing::connect(server.url(), std::move(options)); }
  // What was asked of the loop so far has reached it.
  static void wait_for_the_loop(Client client) {
    std::promise<void> passed;
    ASSERT_TRUE(client.post([&] { passed.set_value(); }));
    passed.get_future().wait();
  }
};

TEST_F(ACallComesAfterItsDelay, on_the_loop_and_not_before) {
  Client client = connect();
  std::promise<std::chrono::steady_clock::time_point> called;
  const auto begin = std::chrono::steady_clock::now();
  const auto call = client.call_after(20ms, [&, client] {
    EXPECT_TRUE(client.is_on_loop());
    called.set_value(std::chrono::steady_clock::now());
  });
  ASSERT_TRUE(call);
  EXPECT_GE(called.get_future().get() - begin, 20ms);
}

TEST_F(ACallComesAfterItsDelay, soon_where_that_is_not_positive) {
  Client client = connect();
  const auto now = client.call_after(0ms, [&] { seen.add("zero"); });
  const auto before = client.call_after(std::chrono::milliseconds::min(), [&] { seen.add("negative"); });
  EXPECT_TRUE(seen.wait_for("zero"));
  EXPECT_TRUE(seen.wait_for("negative"));
}

TEST_F(ACallComesAfterItsDelay, also_unattended) {
  Client client = connect();
  client.call_after(1ms, [&] { seen.add("called"); })->detach();
  EXPECT_TRUE(seen.wait_for("called"));
}

TEST_F(ACallComesAfterItsDelay, unless_it_is_cancelled) {
  Client client = connect();
  const auto life = std::make_shared<int>(0);
  auto call = client.call_after(1h, [life] {});
  wait_for_the_loop(client);
  EXPECT_EQ(life.use_count(), 2);
  call->cancel();
  EXPECT_EQ(life.use_count(), 1);
  {
    const auto gone = client.call_after(std::chrono::milliseconds::max(), [life] {});
  }
  EXPECT_EQ(life.use_count(), 1);
}

TEST_F(ACallComesAfterItsDelay, over_a_reconnect) {
  Options options{.retry_delay = 1ms};
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (const auto* connected = std::get_if<Connected>(&event))
      seen.add("connected " + std::to_string(connected->epoch));
  };
  Client client = connect(options);
  const auto call = client.call_after(100ms, [&] { seen.add("called"); });
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(seen.wait_for("connected 2"));
  EXPECT_TRUE(seen.wait_for("called"));
}

TEST_F(ACallComesAfterItsDelay, over_a_restart) {
  auto supervisor = ClientSupervisor::create();
  ASSERT_TRUE(supervisor);
  Options options{.retry_count = 0, .retry_delay = 1ms};
  options.on_lifecycle = [&](const Lifecycle& event) {
    if (std::holds_alternative<Restarting>(event)) seen.add("restarting");
  };
  auto client = supervisor->start_client(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  const auto call = client->call_after(100ms, [&] { seen.add("called"); });
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(seen.wait_for("restarting"));
  EXPECT_TRUE(seen.wait_for("called"));
}

TEST_F(ACallComesAfterItsDelay, and_is_asked_for_again_by_itself) {
  Client client = connect();
  std::optional<PendingCall> next;
  std::function<void()> tick = [&, ref = ClientRef{client}] {
    seen.add("tick");
    if (auto held = ref.lock(); held && seen.size() < 50) next = *held->call_after(1ms, tick);
  };
  ASSERT_TRUE(client.post(tick));
  EXPECT_TRUE(seen.wait_for_size(50));
  EXPECT_TRUE(client.close());
}

TEST_F(ACallComesAfterItsDelay, and_contains_what_it_throws) {
  LogOf<std::string> lines;
  set_logger([&](LogLevel, std::string_view line) { lines.add(std::string{line}); });
  Client client = connect();
  client.call_after(0ms, [] { throw std::runtime_error{"no good"}; })->detach();
  EXPECT_TRUE(lines.wait_until([](const auto& all) {
    return std::ranges::any_of(all, [](const std::string& line) { return line.contains("Timer error: no good"); });
  }));
  EXPECT_EQ(client.get_state_metrics().handler_failures, 1U);
  EXPECT_EQ(client.get_state(), State::connected);
  set_logger({});
}

TEST_F(ACallComesAfterItsDelay, but_is_gone_when_the_client_is_closed) {
  Client client = connect();
  const auto life = std::make_shared<int>(0);
  const auto held = client.call_after(1h, [life] {});
  client.call_after(1h, [life] {})->detach();
  // One that holds the client does not keep it from ending.
  client.call_after(1h, [life, client] {})->detach();
  wait_for_the_loop(client);
  EXPECT_EQ(life.use_count(), 4);
  ASSERT_TRUE(client.close());
  EXPECT_EQ(life.use_count(), 1);
  EXPECT_EQ(client.call_after(0ms, [life] {}).error(), errc::closed);
  EXPECT_EQ(life.use_count(), 1);
}

TEST_F(ACallComesAfterItsDelay, but_is_gone_when_the_last_handle_goes) {
  LogOf<int> late;
  server.set_faults({.ignore_close = true});  // the closing handshake takes its time
  std::optional<Client> client = connect({.close_timeout = 300ms});
  for (int i = 0; i < 100; ++i) client->call_after(20ms, [&] { late.add(1); })->detach();
  client.reset();
  const std::size_t calls = late.size();
  std::this_thread::sleep_for(60ms);
  EXPECT_EQ(late.size(), calls);
}

TEST_F(ACallComesAfterItsDelay, but_is_gone_when_its_runtime_ends) {
  auto runtime = std::make_unique<Runtime>();
  Client client = connect({.runtime = runtime.get()});
  const auto life = std::make_shared<int>(0);
  const auto held = client.call_after(1h, [life] {});
  wait_for_the_loop(client);
  runtime.reset();
  EXPECT_EQ(life.use_count(), 1);
  EXPECT_EQ(client.call_after(0ms, [] {}).error(), errc::closed);
}

TEST_F(ACallComesAfterItsDelay, though_thousands_are_waiting) {
  Client client = connect();
  const auto life = std::make_shared<int>(0);
  std::vector<PendingCall> calls;
  for (int i = 0; i < 5000; ++i)
    calls.push_back(*client.call_after(i % 2 == 0 ? 0ms : 1h, [&, life] { seen.add(""); }));
  ASSERT_TRUE(seen.wait_for_size(2500));
  ASSERT_TRUE(client.close());
  EXPECT_EQ(life.use_count(), 1);
}

}  // namespace
}  // namespace zenws
