// Handles, runtimes and clients may go in any order, from any thread, also inside a handler. Sanitizers are the judges.
#include <atomic>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

struct DestroyedInAnyOrder : ::testing::Test {
  Server server = *Server::start();

  Options on(Runtime& runtime) {
    Options options;
    options.runtime = &runtime;
    options.close_timeout = 300ms;
    return options;
  }
};

TEST_F(DestroyedInAnyOrder, runtime_before_client) {
  auto runtime = std::make_unique<Runtime>();
  auto client = Client::connect(server.url(), on(*runtime));
  ASSERT_TRUE(client) << to_string(client.error());
  runtime.reset();
  EXPECT_EQ(client->get_state(), State::disconnected);
  EXPECT_EQ(client->send_message("x").error(), errc::not_connected);
  EXPECT_EQ(client->receive(1ms).error(), errc::closed);
  EXPECT_TRUE(client->close());
}

TEST_F(DestroyedInAnyOrder, client_before_runtime) {
  Runtime runtime;
  for (int i = 0; i < 10; ++i) {
    auto client = Client::connect(server.url(), on(runtime));
    ASSERT_TRUE(client) << to_string(client.error());
  }
}

TEST_F(DestroyedInAnyOrder, runtime_while_clients_send_and_receive) {
  for (int round = 0; round < 5; ++round) {
    auto runtime = std::make_unique<Runtime>(2);
    std::vector<Client> clients;
    for (int i = 0; i < 8; ++i) clients.push_back(*Client::connect(server.url(), on(*runtime)));
    std::vector<std::jthread> senders;
    for (Client& client : clients) {
      senders.emplace_back([client]() mutable {
        while (client.get_state() == State::connected) static_cast<void>(client.send_message("hello"));
      });
    }
    std::this_thread::sleep_for(5ms);
    runtime.reset();
  }
}

TEST_F(DestroyedInAnyOrder, runtime_inside_a_handler_of_its_own) {
  auto runtime = std::make_unique<Runtime>();
  LogOf<int> done;
  Options options = on(*runtime);
  options.handler = [&](const Message&) {
    runtime.reset();
    done.add(1);
  };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client) << to_string(client.error());
  server.inject_message("now");
  ASSERT_TRUE(done.wait_for_size(1));
  EXPECT_TRUE(client->close());
}

TEST_F(DestroyedInAnyOrder, last_handle_inside_the_handler) {
  Runtime runtime;
  std::optional<Client> client;
  LogOf<int> done;
  Options options = on(runtime);
  options.handler = [&](const Message&) {
    client.reset();
    done.add(1);
  };
  client = *Client::connect(server.url(), options);
  server.inject_message("now");
  server.inject_message("and more");
  ASSERT_TRUE(done.wait_for_size(1));
  EXPECT_FALSE(client);
}

TEST_F(DestroyedInAnyOrder, handler_that_owns_its_own_client) {
  Runtime runtime;
  auto slot = std::make_shared<std::optional<Client>>();
  Options options = on(runtime);
  LogOf<int> done;
  options.handler = [slot, &done](const Message&) {
    if (*slot) slot->reset();
    done.add(1);
  };
  *slot = *Client::connect(server.url(), std::move(options));
  server.inject_message("now");
  ASSERT_TRUE(done.wait_for_size(1));
}

TEST_F(DestroyedInAnyOrder, client_that_never_connects) {
  Runtime runtime;
  server.set_faults({.delay_upgrade = 1h});
  std::jthread dialling{[&] {
    Options options = on(runtime);
    options.timeout = 200ms;
    options.retry_count = 1;
    options.retry_delay = 1ms;
    EXPECT_FALSE(Client::connect(server.url(), options));
  }};
}

TEST_F(DestroyedInAnyOrder, runtime_while_a_client_connects) {
  server.set_faults({.delay_upgrade = 1h});
  auto runtime = std::make_unique<Runtime>();
  std::optional<Error> error;
  {
    std::jthread dialling{[&, options = on(*runtime)] {
      auto client = Client::connect(server.url(), options);
      if (!client) error = client.error();
    }};
    while (server.accepted() == 0) std::this_thread::sleep_for(1ms);
    runtime.reset();
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(*error, errc::closed);
}

TEST_F(DestroyedInAnyOrder, everything_on_the_users_own_event_loop) {
  boost::asio::io_context io;
  auto work = boost::asio::make_work_guard(io);
  std::jthread thread{[&] { io.run(); }};
  {
    auto runtime = std::make_unique<Runtime>(io);
    auto first = Client::connect(server.url(), on(*runtime));
    auto second = Client::connect(server.url(), on(*runtime));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(first->close());
    runtime.reset();
  }
  work.reset();
}

TEST_F(DestroyedInAnyOrder, blocking_calls_on_the_loop_say_would_deadlock) {
  Runtime runtime;
  LogOf<std::error_code> seen;
  Options options = on(runtime);
  options.handler = [&](const Message&) { seen.add(Client::connect(server.url(), on(runtime)).error().code()); };
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  server.inject_message("now");
  EXPECT_TRUE(seen.wait_for(make_error_code(errc::would_deadlock)));
}

// All is in use when the process ends, and stays so until the shared runtime goes.
[[noreturn]] void exit_while_messages_come() {
  auto* const server = new Server{*Server::start()};
  auto& came = *new std::atomic<std::uint64_t>{0};
  Options options;
  options.handler = [&came](const Message&) { ++came; };
  auto* const client = new Client{*Client::connect(server->url(), options)};
  // Long enough for simdjson to look at it. As raw bytes: only the client must need simdjson.
  const std::string text = R"({"text":")" + std::string(1000, 'x') + R"("})";
  const char header[] = {'\x81', 126, static_cast<char>(text.size() >> 8U), static_cast<char>(text.size() & 0xFFU)};
  std::string frames;
  for (int i = 0; i < 100; ++i) frames += std::string{header, sizeof header} + text;
  std::thread{[server, frames, &came] {
    for (std::uint64_t sent = 0;; sent += 100) {
      server->inject_raw(frames);
      while (sent > came + 10'000) std::this_thread::yield();
    }
  }}.detach();
  const bool is_busy = testing::eventually([&] { return client->get_state() == State::connected && came > 1000; });
  std::exit(is_busy ? 0 : 1);
}

TEST(DestroyedAtExitDeathTest, shared_runtime_while_messages_come) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (int i = 0; i < 5; ++i) EXPECT_EXIT(exit_while_messages_come(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace zenws
