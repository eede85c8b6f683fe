// The asynchronous forms complete once, with any completion token, on the right executor.
#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

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

}  // namespace
}  // namespace zenws
