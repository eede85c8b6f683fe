// The asynchronous forms complete once, with any completion token, on the right executor.
#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"

// GCC 12 takes the frame allocator of Asio's coroutines for a mismatch (GCC bug 103993).
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace zenws {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::LogOf;
using testing::Server;

struct CompletesAnyToken : ::testing::Test {
  Server server = *Server::start();
};

asio::awaitable<std::string> talk(std::string url, Options options) {
  auto client = co_await async_connect(url, std::move(options), asio::use_awaitable);
  if (!client) co_return to_string(client.error());
  if (const Result<> sent = client->send_message("hi"); !sent) co_return to_string(sent.error());
  auto message = co_await async_receive(*client, asio::use_awaitable);
  if (!message) co_return to_string(message.error());
  const Result<> closed = co_await async_close(*client, asio::use_awaitable, 4000, "bye");
  co_return std::string{message->text()} + (closed ? "" : " but not closed");
}

TEST_F(CompletesAnyToken, use_awaitable_on_the_users_own_loop) {
  asio::io_context io;
  Runtime runtime{io};
  Options options;
  options.runtime = &runtime;
  std::string said;
  asio::co_spawn(io, talk(server.url(), options), [&](const std::exception_ptr& thrown, std::string words) {
    EXPECT_FALSE(thrown);
    said = std::move(words);
  });
  io.run_for(testing::patience);
  EXPECT_EQ(said, "echo: hi");
  ASSERT_EQ(server.closes().size(), 1U);
  EXPECT_EQ(server.closes()[0], (CloseReason{4000, "bye"}));
}

TEST_F(CompletesAnyToken, use_awaitable_on_another_loop_than_the_clients) {
  asio::io_context io;
  std::string said;
  asio::co_spawn(io, talk(server.url(), {}),
                 [&](const std::exception_ptr&, std::string words) { said = std::move(words); });
  io.run();  // ends only because the operation counts as work
  EXPECT_EQ(said, "echo: hi");
}

TEST_F(CompletesAnyToken, use_future) {
  std::future<Result<Client>> connecting = async_connect(server.url(), {}, asio::use_future);
  Result<Client> client = connecting.get();
  ASSERT_TRUE(client) << to_string(client.error());
  std::future<Result<OwnedMessage>> receiving = async_receive(*client, asio::use_future);
  server.inject_message("hello");
  EXPECT_EQ(receiving.get()->text(), "hello");
  EXPECT_TRUE(async_close(*client, asio::use_future).get());
}

TEST_F(CompletesAnyToken, a_callback) {
  LogOf<std::string> seen;
  async_connect(server.url(), {},
                [&](Result<Client> client) { seen.add(client ? "open" : to_string(client.error())); });
  EXPECT_TRUE(seen.wait_for("open"));
}

TEST_F(CompletesAnyToken, a_callback_on_its_own_executor) {
  asio::io_context io;
  std::thread::id ran_on;
  async_connect(server.url(), {}, asio::bind_executor(io, [&](const Result<Client>& client) {
                  EXPECT_TRUE(client);
                  ran_on = std::this_thread::get_id();
                }));
  io.run();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST_F(CompletesAnyToken, with_the_error_of_a_bad_call) {
  EXPECT_EQ(async_connect("", {}, asio::use_future).get().error(), errc::invalid_config);
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client);
  EXPECT_EQ(async_close(*client, asio::use_future, 1005).get().error(), errc::invalid_config);
}

TEST_F(CompletesAnyToken, with_closed_when_the_client_ends) {
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client);
  auto receiving = async_receive(*client, asio::use_future);
  ASSERT_TRUE(client->close());
  EXPECT_EQ(receiving.get().error(), errc::closed);
}

TEST_F(CompletesAnyToken, with_closed_when_the_runtime_ends) {
  server.set_faults({.delay_upgrade = 1h});
  auto runtime = std::make_unique<Runtime>();
  Options options;
  options.runtime = runtime.get();
  auto connecting = async_connect(server.url(), options, asio::use_future);
  while (server.accepted() == 0) std::this_thread::sleep_for(1ms);
  runtime.reset();
  EXPECT_EQ(connecting.get().error(), errc::closed);
}

// What ended first: 0 the operation, 1 the timer; and what the client says afterwards.
asio::awaitable<void> receive_or_timer(Client client, Server& server, LogOf<std::string>& said) {
  using asio::experimental::awaitable_operators::operator||;
  asio::steady_timer timer{co_await asio::this_coro::executor, 20ms};
  const auto first = co_await (async_receive(client, asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
  said.add(first.index() == 1 ? "timer" : "message");
  server.inject_message("not lost");
  auto next = co_await async_receive(client, asio::use_awaitable);
  said.add(next ? std::string{next->text()} : to_string(next.error()));
}

TEST_F(CompletesAnyToken, a_receive_that_is_cancelled_ends_at_once_and_loses_no_message) {
  asio::io_context io;
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client) << to_string(client.error());
  LogOf<std::string> said;
  asio::co_spawn(io, receive_or_timer(*client, server, said), asio::detached);
  io.run_for(testing::patience);
  EXPECT_EQ(said.all(), (std::vector<std::string>{"timer", "not lost"}));
}

TEST_F(CompletesAnyToken, a_receive_ends_when_its_time_has_passed) {
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client) << to_string(client.error());
  const auto late = async_receive(*client, asio::use_future, 20ms).get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), errc::timeout);
  server.inject_message("in time");
  const auto message = async_receive(*client, asio::use_future, 10s).get();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text(), "in time");
}

// Each operation, cancelled by its slot while nothing answers it.
template <class Start>
void expect_cancelled(Start start) {
  asio::cancellation_signal signal;
  LogOf<std::error_code> ended;
  start(asio::bind_cancellation_slot(
      signal.slot(), [&](auto result) { ended.add(result ? std::error_code{} : result.error().code()); }));
  signal.emit(asio::cancellation_type::all);
  ASSERT_TRUE(ended.wait_for_size(1));
  EXPECT_EQ(ended.all().front(), make_error_code(errc::cancelled));
}

TEST_F(CompletesAnyToken, every_operation_serves_its_cancellation_slot) {
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client) << to_string(client.error());
  expect_cancelled([&](auto token) { async_receive(*client, std::move(token)); });
  expect_cancelled([&](auto token) { async_request(*client, "public/never", std::move(token)); });
  expect_cancelled([&](auto token) { async_subscribe(*client, {"never"}, std::move(token)); });
  auto silent = *Server::start({.faults = {.delay_upgrade = 1h}});
  expect_cancelled([&](auto token) { async_connect(silent.url(), {}, std::move(token)); });
}

struct CancelledCalls : CompletesAnyToken {
  asio::io_context io;
  asio::cancellation_signal signal;
  std::string said;

  // Says how the call ended.
  auto token() {
    const auto tell = [this](const auto& result) { said = result ? "done" : to_string(result.error()); };
    return asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(io, tell));
  }
  void cancel_and_run() {
    signal.emit(asio::cancellation_type::terminal);
    io.run_for(testing::patience);
    EXPECT_NE(said.find("cancelled"), std::string::npos) << said;
  }
};

TEST_F(CancelledCalls, a_receive_takes_no_message_with_it) {
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client);
  async_receive(*client, token());
  cancel_and_run();
  server.inject_message("kept");
  auto message = client->receive(testing::patience);
  ASSERT_TRUE(message) << to_string(message.error());
  EXPECT_EQ(message->text(), "kept");
}

TEST_F(CancelledCalls, a_receive_gives_back_what_was_on_its_way) {
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client);
  async_receive(*client, token());
  server.inject_message("first");
  server.inject_message("second");
  // The first has been taken for the call, and waits for the executor, which nobody runs yet.
  EXPECT_TRUE(testing::eventually([&] { return client->get_state_metrics().mailbox_size == 1; }));
  cancel_and_run();
  EXPECT_EQ(client->receive(testing::patience)->text(), "first");
  EXPECT_EQ(client->receive(testing::patience)->text(), "second");
}

TEST_F(CancelledCalls, a_request_is_not_pending_any_more) {
  server.set_script([](const testing::ReceivedMessage&) -> std::vector<testing::Reply> { return {}; });
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client);
  async_request(*client, "slow", token());
  EXPECT_EQ(client->get_state_metrics().pending_requests_size, 1U);
  cancel_and_run();
  EXPECT_EQ(client->get_state_metrics().pending_requests_size, 0U);
}

TEST_F(CancelledCalls, a_connect_leaves_no_client_behind) {
  server.set_faults({.delay_upgrade = 1h});
  async_connect(server.url(), {}, token());
  EXPECT_TRUE(testing::eventually([&] { return server.accepted() == 1; }));
  cancel_and_run();
  EXPECT_TRUE(testing::eventually([&] { return server.open_connections() == 0; }));
}

TEST_F(CancelledCalls, a_subscribe) {
  server.set_script([](const testing::ReceivedMessage&) -> std::vector<testing::Reply> { return {}; });
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client);
  async_subscribe(*client, {"trades"}, token());
  cancel_and_run();
}

TEST_F(CancelledCalls, a_close_that_goes_on_alone) {
  server.set_faults({.ignore_close = true});
  Options options;
  options.close_timeout = 200ms;
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  async_close(*client, token());
  cancel_and_run();
  EXPECT_TRUE(testing::eventually([&] { return client->get_state() == State::disconnected; }));
}

TEST_F(CompletesAnyToken, a_receive_with_a_timeout) {
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client);
  EXPECT_EQ(async_receive(*client, asio::use_future, 1ms).get().error(), errc::timeout);
  auto late = async_receive(*client, asio::use_future, 1h);
  EXPECT_EQ(async_receive(*client, asio::use_future, 1ms).get().error(), errc::timeout);
  server.inject_message("in time");
  EXPECT_EQ(late.get()->text(), "in time");
  server.inject_message("nobody's");
  EXPECT_EQ(client->receive(testing::patience)->text(), "nobody's");
}

// Its timer must not outlive the loop, though the client's handle does.
TEST_F(CompletesAnyToken, a_receive_with_a_timeout_ends_with_its_client) {
  auto runtime = std::make_unique<Runtime>();
  Options options;
  options.runtime = runtime.get();
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  auto waiting = async_receive(*client, asio::use_future, 1h);
  ASSERT_TRUE(client->close());
  EXPECT_EQ(waiting.get().error(), errc::closed);
  runtime.reset();
}

}  // namespace
}  // namespace zenws
