// The same library inside an event loop of your own: coroutines, one thread, no locks.
#include <cstdio>
#include <exception>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <zenws/asio.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

namespace asio = boost::asio;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

// Each async_ function completes with a Result, never with an exception, for any completion token of Asio's.
static asio::awaitable<int> converse(std::string url, zenws::Options options) {
  auto client = co_await zenws::async_connect(url, std::move(options), asio::use_awaitable);
  if (!client) co_return give_up(client.error());

  for (const char* text : {"one", "two", "three"}) {
    // Sending never waits, so there is nothing to await.
    if (auto sent = client->send_message(text); !sent) co_return give_up(sent.error());
    auto answer = co_await zenws::async_receive(*client, asio::use_awaitable);
    if (!answer) co_return give_up(answer.error());
    std::printf("%s -> %s\n", text, std::string{answer->text()}.c_str());
  }

  auto closed = co_await zenws::async_close(*client, asio::use_awaitable);
  co_return closed ? 0 : give_up(closed.error());
}

int main(int argc, char** argv) {
  auto server = zenws::testing::Server::start();  // has a thread of its own, as a server elsewhere would
  if (!server) return give_up(server.error());

  // The client lives on `io`: whoever runs it runs the client. The blocking calls (Client::connect, receive, close)
  // must not be used on this thread; they would wait for themselves, and answer errc::would_deadlock instead.
  asio::io_context io{1};
  zenws::Runtime runtime{io};

  int exit_code = 1;
  const auto finished = [&exit_code](const std::exception_ptr& failure, int code) {
    if (failure) std::rethrow_exception(failure);  // out of memory, say; nothing of ours throws
    exit_code = code;
  };
  asio::co_spawn(io, converse(argc > 1 ? argv[1] : server->url(), {.runtime = &runtime}), finished);
  io.run();  // returns when nothing is left to do: the client is closed, the coroutine has ended
  return exit_code;
}
