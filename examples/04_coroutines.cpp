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

// Each async_ function completes with a Result, never with an exception, for any completion token of Asio's.
static asio::awaitable<zenws::Result<>> converse(std::string url, zenws::Options options) {
  auto client = co_await zenws::async_connect(url, std::move(options), asio::use_awaitable);
  if (!client) co_return std::unexpected{client.error()};

  for (const char* text : {"one", "two", "three"}) {
    if (auto sent = client->send_message(text); !sent) co_return sent;  // never waits, so there is nothing to await
    auto answer = co_await zenws::async_receive(*client, asio::use_awaitable);
    if (!answer) co_return std::unexpected{answer.error()};
    std::printf("%s -> %s\n", text, std::string{answer->text()}.c_str());
  }
  co_return co_await zenws::async_close(*client, asio::use_awaitable);
}

int main(int argc, char** argv) {
  auto server = zenws::testing::Server::start();  // has a thread of its own, as a server elsewhere would
  if (!server) return 1;

  // The client lives on `io`: whoever runs it runs the client. The blocking calls (Client::connect, receive, close)
  // must not be used on this thread; they would wait for themselves, and answer errc::would_deadlock instead.
  asio::io_context io{1};
  zenws::Runtime runtime{io};

  zenws::Result<> result;
  const auto finished = [&result](const std::exception_ptr& failure, zenws::Result<> ended) {
    if (failure) std::rethrow_exception(failure);  // out of memory, say; nothing of ours throws
    result = std::move(ended);
  };
  asio::co_spawn(io, converse(argc > 1 ? argv[1] : server->url(), {.runtime = &runtime}), finished);
  io.run();  // returns when nothing is left to do: the client is closed, the coroutine has ended

  if (result) return 0;
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(result.error()).c_str(),
               zenws::explain(result.error()).suggestion.c_str());
  return 1;
}
