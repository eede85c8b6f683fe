// The first connection: connect, a handler for the messages, send, close, and what to do about an error.
// Run it without arguments against a server of its own, or with the URL of an echo server of yours.
#include <cstdio>
#include <future>
#include <string>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

// An error says what failed (to_string); explain() adds what to do about it.
static int give_up(const zenws::Error& error) {
  const zenws::Explanation why = zenws::explain(error);
  std::fprintf(stderr, "%s\n%s\nsee %s\n", zenws::to_string(error).c_str(), why.suggestion.c_str(),
               why.docs_url.c_str());
  return 1;
}

int main(int argc, char** argv) {
  // A real server on loopback that answers each text with `echo: TEXT`. Your program has none of this.
  auto server = zenws::testing::Server::start();
  if (!server) return give_up(server.error());
  const std::string url = argc > 1 ? argv[1] : server->url();

  // Messages arrive on the client's own thread, one call at a time, in order. What a handler is given is only valid
  // until it returns: keep a copy (or m.own()) of what you need later.
  std::promise<std::string> first;
  auto got_one = first.get_future();
  bool done = false;
  const auto keep_first = [&](std::string_view text) {
    if (!std::exchange(done, true)) first.set_value(std::string{text});
  };

  // Blocks until the connection is open, or has finally failed. Every option has a default (see options.hpp).
  auto client = zenws::Client::connect(
      url,
      {
          .retry_count = 2,
          .handler = zenws::overloaded{
              [&](const zenws::JsonMessage& m) { keep_first(m.text); },  // m.json is the parsed value: <zenws/json.hpp>
              [&](const zenws::TextMessage& m) { keep_first(m.text); },
              [](const zenws::BinaryMessage& m) { std::printf("%zu bytes\n", m.bytes.size()); },
              [&](const zenws::UnmatchedResponse& m) { keep_first(m.text); },
              [](const zenws::ProtocolError& m) { std::fprintf(stderr, "%s\n", zenws::to_string(m.error).c_str()); },
          },
      });
  if (!client) return give_up(client.error());

  // Any thread may send, also the handler. Success means queued, in order; it never waits for the network.
  if (auto sent = client->send_message("hello"); !sent) return give_up(sent.error());
  if (got_one.wait_for(std::chrono::seconds{5}) != std::future_status::ready) return 1;
  std::printf("received: %s\n", got_one.get().c_str());

  // Says goodbye and waits for the answer, at most Options::close_timeout. No handler runs after it returned, so what
  // the handlers refer to may go now.
  if (auto closed = client->close(); !closed) return give_up(closed.error());
  return 0;
}
