// The test server as a program: echo, or the market feed.
#include "servers/serve.hpp"

#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/testing/server.hpp>

#include "console/output.hpp"
#include "console/signals.hpp"
#include "servers/market_feed.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// For the clients to read their close frame before the sockets go.
constexpr auto farewell = 200ms;

bool write_ca(const std::string& path, const std::string& pem) {
  std::ofstream file{path};
  file << pem << std::flush;
  return file.good();
}

// Last the URL, so that who reads it finds everything ready. False: as tell_url().
bool announce(const ServeArguments& arguments, const testing::Server& server, const Signals& signals) {
  if (arguments.feed) {
    say(fmt::format("market feed, {} trades a second over {}", arguments.rate, fmt::join(arguments.channels, ", ")));
  } else {
    say("echo server");
  }
  if (!arguments.ca_file.empty()) say(fmt::format("clients trust it with --ca {}", arguments.ca_file));
  return tell_url(server.url(), signals);
}

void publish_until(Clock::time_point end, MarketFeed& feed, testing::Server& server, const Signals& signals) {
  while (Clock::now() < end) {
    feed.publish(server, Clock::now());
    if (signals.wait_until(std::min(end, feed.next_due(Clock::now())))) return;
  }
}

}  // namespace

Exit run_serve(const ServeArguments& arguments) {
  log_to_stderr(LogLevel::warning);
  Signals signals;
  MarketFeed feed{arguments.channels, arguments.rate, Clock::now()};
  testing::ServerOptions options{.port = arguments.port, .tls = arguments.tls, .received_limit = 1};
  options.compression.enabled = arguments.compress;
  if (arguments.feed) options.script = feed.script();
  Result<testing::Server> server = testing::Server::start(std::move(options));
  if (!server) {
    say_error(fmt::format("cannot serve on port {}", arguments.port), server.error());
    return Exit::failed;
  }
  if (!arguments.ca_file.empty() && !write_ca(arguments.ca_file, server->ca_pem())) {
    say(fmt::format("cannot write {}", arguments.ca_file));
    return Exit::failed;
  }
  if (!announce(arguments, *server, signals)) return Exit::failed;
  const auto end = arguments.duration ? Clock::now() + *arguments.duration : Clock::time_point::max();
  if (arguments.feed) {
    publish_until(end, feed, *server, signals);
  } else {
    signals.wait_until(end);
  }
  server->stop_accepting();  // a client that is told goodbye must not be let in again
  if (server->open_connections() > 0) {
    server->simulate_disconnect(testing::Disconnect::going_away());
    std::this_thread::sleep_for(farewell);
  }
  return Exit::ok;
}

}  // namespace zenws::program
