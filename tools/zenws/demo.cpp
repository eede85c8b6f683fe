// See demo.hpp.
#include "demo.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <unistd.h>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "demo_tally.hpp"
#include "duration.hpp"
#include "market_feed.hpp"
#include "output.hpp"
#include "signals.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr double trades_per_second = 1000;
constexpr auto request_interval = 50ms;
constexpr auto print_interval = 200ms;
const std::vector<std::string> channels = {"trades.BTC-PERPETUAL.raw", "trades.ETH-PERPETUAL.raw",
                                           "trades.SOL_USDC-PERPETUAL.raw"};

void print_row(std::string_view name, const std::string& text) {
  fmt::print("  {:<11} {}\n", name, text);
  std::fflush(stdout);
}

void print_trade(const Trade& trade) {
  const bool colour = ::isatty(STDOUT_FILENO) == 1;
  const char* const begin = !colour ? "" : trade.direction == "buy" ? "\x1b[32m" : "\x1b[31m";
  const auto seconds = static_cast<std::time_t>(trade.timestamp / 1000);
  fmt::print("  {:%H:%M:%S}.{:03}  {:<20} {}{:<4}{} {:>12.2f} {:>8.0f}\n", fmt::gmtime(seconds), trade.timestamp % 1000,
             trade.instrument, begin, trade.direction, colour ? "\x1b[0m" : "", trade.price, trade.amount);
  std::fflush(stdout);
}

Options options_of(DemoTally& tally, const testing::Server& server, Runtime& runtime) {
  Options options{.retry_count = 0, .reconnect_on_error = false};
  options.tls.ca_pem = server.ca_pem();
  options.handler = overloaded{
      [&tally](const JsonMessage& message) { tally.on_message(message); },
      [&tally](const UnmatchedResponse& response) { tally.on_response(response, Clock::now()); },
      [](const auto&) {},
  };
  options.on_lifecycle = [](const Lifecycle& event) {
    const auto* const connected = std::get_if<Connected>(&event);
    if (connected == nullptr) return;
    print_row("connected", fmt::format("in {}, certificate verified", show_duration(connected->connect_time)));
  };
  options.runtime = &runtime;
  return options;
}

// Until the answer to the subscription is there; a second is plenty on one machine.
void await_confirmation(const DemoTally& tally, const Signals& signals) {
  const auto end = Clock::now() + 1s;
  while (tally.confirmed().empty() && Clock::now() < end && !signals.wait_until(Clock::now() + 1ms)) {
  }
}

// Publishes, measures and prints until the time is over. The error, when a message was refused.
Result<> run_market(MarketFeed& feed, testing::Server& server, Client& client, DemoTally& tally, Clock::time_point end,
                    const Signals& signals) {
  auto request_due = Clock::now();
  auto print_due = Clock::now() + print_interval;
  for (auto now = Clock::now(); now < end && !signals.asked_to_end(); now = Clock::now()) {
    feed.publish(server, now);
    if (now >= request_due) {
      const std::uint64_t id = tally.begin_request(Clock::now());
      const auto sent = client.send_message(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"public/test"}})", id));
      if (!sent) return sent;
      request_due = now + request_interval;
    }
    if (now >= print_due) {
      if (const auto trade = tally.latest_trade()) print_trade(*trade);
      print_due = now + print_interval;
    }
    signals.wait_until(std::min({end, request_due, print_due, feed.next_due(Clock::now())}));
  }
  return {};
}

void print_summary(const DemoTally& tally, const StateMetrics& metrics, Clock::duration time) {
  const double seconds = std::chrono::duration<double>{time}.count();
  const auto round_trips = tally.round_trips();
  fmt::print("\n");
  print_row("messages",
            fmt::format("{} in {:.1f} s ({}/s), {} of them trades", grouped(metrics.messages_in), seconds,
                        grouped(static_cast<std::uint64_t>(static_cast<double>(metrics.messages_in) / seconds)),
                        grouped(tally.trades())));
  print_row("bytes", fmt::format("{} received, {} sent", grouped(metrics.bytes_in), grouped(metrics.bytes_out)));
  if (round_trips.empty()) return;
  print_row("round trip",
            fmt::format("p50 {}, p90 {}, p99 {} of {} requests", show_duration(percentile(round_trips, 50)),
                        show_duration(percentile(round_trips, 90)), show_duration(percentile(round_trips, 99)),
                        round_trips.size()));
}

Exit judge(const Result<>& ran, const DemoTally& tally, const Client& client) {
  if (!ran) {
    say_error("the connection did not hold", ran.error());
    return Exit::failed;
  }
  const bool flowed = tally.trades() > 0 && !tally.round_trips().empty() && tally.confirmed() == channels;
  if (flowed && client.get_state() == State::connected) return Exit::ok;
  say("no market data flowed");
  return Exit::failed;
}

std::string subscribe_request(std::uint64_t id) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"public/subscribe","params":{{"channels":["{}"]}}}})", id,
                     fmt::join(channels, R"(",")"));
}

}  // namespace

Exit run_demo(std::chrono::milliseconds duration) {
  log_to_stderr(LogLevel::warning);
  Signals signals;
  MarketFeed feed{channels, trades_per_second, Clock::now()};
  Result<testing::Server> server = testing::Server::start({.tls = true, .script = feed.script(), .received_limit = 1});
  if (!server) {
    say_error("cannot serve", server.error());
    return Exit::failed;
  }
  fmt::print("A market feed and its client, over TLS on this machine\n\n");
  print_row("server", server->url());
  DemoTally tally;
  Runtime runtime;
  Result<Client> client = Client::connect(server->url(), options_of(tally, *server, runtime));
  if (!client) {
    say_error("could not connect", client.error());
    return Exit::unreachable;
  }
  const auto begin = Clock::now();
  Result<> ran = client->send_message(subscribe_request(tally.begin_request(begin)));
  await_confirmation(tally, signals);
  print_row("subscribed", fmt::format("{}", fmt::join(tally.confirmed(), ", ")));
  fmt::print("\n  {:<13} {:<20} {:<4} {:>12} {:>8}\n", "time (UTC)", "instrument", "side", "price", "amount");
  if (ran) ran = run_market(feed, *server, *client, tally, begin + duration, signals);
  print_summary(tally, client->get_state_metrics(), Clock::now() - begin);
  const Exit exit = judge(ran, tally, *client);
  [[maybe_unused]] const Result<> closed = client->close();  // bounded; nothing depends on how it goes
  return exit;
}

}  // namespace zenws::program
