#include "servers/demo.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "console/amounts.hpp"
#include "console/duration.hpp"
#include "console/lifecycle_lines.hpp"
#include "console/output.hpp"
#include "console/signals.hpp"
#include "console/terminal.hpp"
#include "servers/demo_tally.hpp"
#include "servers/market_feed.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr double trades_per_second = 1000;
constexpr auto request_interval = 50ms;
constexpr auto print_interval = 250ms;
constexpr auto patience = 10s;  // for the feed to come back; on one machine a second is plenty
const std::vector<std::string> channels = {"trades.BTC-PERPETUAL.raw", "trades.ETH-PERPETUAL.raw",
                                           "trades.SOL_USDC-PERPETUAL.raw"};

void print_row(std::string_view name, const std::string& text) {
  fmt::print("  {:<11} {}\n", name, text);
  std::fflush(stdout);
}

void print_trade(const Trade& trade) {
  const bool colour = can_show_colour(STDOUT_FILENO);
  const char* const begin = !colour ? "" : trade.direction == "buy" ? "\x1b[32m" : "\x1b[31m";
  const auto seconds = static_cast<std::time_t>(trade.timestamp / 1000);
  fmt::print("  {:%H:%M:%S}.{:03}  {:<20} {}{:<4}{} {:>12.2f} {:>8.0f}\n", fmt::gmtime(seconds), trade.timestamp % 1000,
             trade.instrument, begin, trade.direction, colour ? "\x1b[0m" : "", trade.price, trade.amount);
  std::fflush(stdout);
}

// How the server drops the connection, and what it had published unheard before that.
struct Drop {
  const char* how;
  testing::Disconnect disconnect;
  std::uint64_t unheard_before = 0;
};

// The feed, its client and the drops between them, all but the client's callbacks on the calling thread.
class Demo {
 public:
  Demo(MarketFeed& feed, testing::Server& server, const Signals& signals)
      : feed_{feed}, server_{server}, signals_{signals} {}

  Exit run(std::chrono::milliseconds duration);

 private:
  [[nodiscard]] Options options();
  bool subscribe(Client& client);
  void run_market(const Client& client, Clock::time_point begin, std::chrono::milliseconds duration);
  void request(const Client& client);
  // The client has noticed every drop, and every channel has brought trades again.
  [[nodiscard]] bool is_back() const { return tally_.losses() >= dropped_ && tally_.flows(); }
  void drop_when_due(Clock::time_point now, Clock::time_point begin, std::chrono::milliseconds duration);
  void await_the_last_trade() const;
  void print_summary(const Client& client, Clock::duration time) const;
  void print_outages() const;
  [[nodiscard]] Exit judge(const Client& client) const;

  MarketFeed& feed_;
  testing::Server& server_;
  const Signals& signals_;
  DemoTally tally_;
  std::array<Drop, 2> drops_{Drop{"close 1001", testing::Disconnect::going_away()},
                             Drop{"reset", testing::Disconnect::abrupt()}};
  std::size_t dropped_ = 0;
  Runtime runtime_;  // last: it ends before what its callbacks use
};

Options Demo::options() {
  Options options{.retry_delay = 250ms, .heartbeat = Heartbeat::ping_pong(500ms)};
  options.tls.ca_pem = server_.ca_pem();
  options.handler = overloaded{
      [this](const JsonMessage& message) { tally_.on_message(message, Clock::now()); },
      [](const auto&) {},
  };
  options.on_lifecycle = [this](const Lifecycle& event) {
    if (const auto* const lost = std::get_if<Disconnected>(&event)) {
      if (lost->error == errc::closed) return;  // by us, in the end
      tally_.on_loss();
    }
    if (std::holds_alternative<Stopped>(event)) return;
    fmt::print("  {}\n", show_lifecycle(event));
    std::fflush(stdout);
  };
  options.runtime = &runtime_;
  return options;
}

bool Demo::subscribe(Client& client) {
  const Result<Subscribed> subscribed = client.subscribe_and_wait(channels);
  if (!subscribed) {
    say_error("could not subscribe", subscribed.error());
    return false;
  }
  print_row("subscribed", fmt::format("{}", fmt::join(subscribed->confirmed, ", ")));
  return true;
}

void Demo::request(const Client& client) {
  if (client.get_state() != State::connected) return;
  async_request(client, "public/test", [this, sent = Clock::now()](const Result<Response>& answer) {
    if (answer) tally_.on_round_trip(Clock::now() - sent);
  });
}

// One third into the time, and two thirds into it: later when the feed has not come back from the one before.
void Demo::drop_when_due(Clock::time_point now, Clock::time_point begin, std::chrono::milliseconds duration) {
  if (dropped_ == drops_.size() || tally_.trades() < channels.size() || !is_back()) return;
  if (now < begin + duration * (static_cast<int>(dropped_) + 1) / 3) return;
  Drop& drop = drops_[dropped_++];
  drop.unheard_before = feed_.unheard();
  print_row("drop", fmt::format("the server ends the connection: {}", drop.how));
  server_.simulate_disconnect(drop.disconnect);
}

// Publishes, measures and prints until the time is over and the feed is back.
void Demo::run_market(const Client& client, Clock::time_point begin, std::chrono::milliseconds duration) {
  const auto end = begin + duration;
  auto request_due = begin;
  auto print_due = begin + print_interval;
  const auto goes_on = [&](Clock::time_point now) {
    if (signals_.asked_to_end() || client.get_state() == State::disconnected) return false;
    return now < end || (now < end + patience && !(dropped_ == drops_.size() && is_back()));
  };
  for (auto now = Clock::now(); goes_on(now); now = Clock::now()) {
    feed_.publish(server_, now);
    if (now >= request_due) {
      request(client);
      request_due = now + request_interval;
    }
    if (now >= print_due) {
      if (const auto trade = tally_.latest_trade(); trade && tally_.flows()) print_trade(*trade);
      print_due = now + print_interval;
    }
    drop_when_due(now, begin, duration);
    signals_.wait_until(std::min({request_due, print_due, feed_.next_due(Clock::now())}));
  }
}

void Demo::await_the_last_trade() const {
  const auto end = Clock::now() + patience;
  const auto all_came = [this] { return tally_.trades() + tally_.missed() + tally_.wrong() >= feed_.published(); };
  while (!all_came() && tally_.flows() && Clock::now() < end) signals_.wait_until(Clock::now() + 1ms);
}

void Demo::print_outages() const {
  const std::vector<Outage> outages = tally_.outages();
  for (std::size_t i = 0; i < std::min(outages.size(), dropped_); ++i) {
    const std::uint64_t until = i + 1 < dropped_ ? drops_[i + 1].unheard_before : feed_.unheard();
    print_row("gap", fmt::format("{:<10} {} without data, {} trades missed of {} published to nobody", drops_[i].how,
                                 show_duration(outages[i].time), grouped(outages[i].missed),
                                 grouped(until - drops_[i].unheard_before)));
  }
  print_row("trades", fmt::format("expected {} = received {} + missed in the gaps {}", grouped(feed_.published()),
                                  grouped(tally_.trades()), grouped(tally_.missed())));
}

void Demo::print_summary(const Client& client, Clock::duration time) const {
  const StateMetrics metrics = client.get_state_metrics();
  const double seconds = std::chrono::duration<double>{time}.count();
  const auto round_trips = tally_.round_trips();
  fmt::print("\n");
  print_row("messages",
            fmt::format("{} in {:.1f} s ({}/s)", grouped(metrics.messages_in), seconds,
                        grouped(static_cast<std::uint64_t>(static_cast<double>(metrics.messages_in) / seconds))));
  print_row("bytes", fmt::format("{} received, {} sent", grouped(metrics.bytes_in), grouped(metrics.bytes_out)));
  if (!round_trips.empty()) {
    print_row("round trip",
              fmt::format("p50 {}, p90 {}, p99 {} of {} requests", show_duration(percentile(round_trips, 50)),
                          show_duration(percentile(round_trips, 90)), show_duration(percentile(round_trips, 99)),
                          round_trips.size()));
  }
  if (const auto rtt = client.get_heartbeat_health().last_rtt) {
    print_row("heartbeat", fmt::format("answered in {}, {} missed", show_duration(*rtt), metrics.heartbeat_failures));
  }
  print_row("restored", fmt::format("{} of {} subscriptions, connection {} after {} drops", metrics.confirmed_size,
                                    channels.size(), metrics.epoch, dropped_));
  print_outages();
}

// The only trades that may be missing are those published while nobody was connected, and those that a reset destroyed
// on their way: all behind a loss. Interrupted, there is nothing to come back to.
Exit Demo::judge(const Client& client) const {
  const StateMetrics metrics = client.get_state_metrics();
  if (tally_.trades() == 0 || tally_.round_trips().empty()) {
    say("no market data flowed");
    return Exit::failed;
  }
  if (signals_.asked_to_end()) return Exit::ok;
  if (client.get_state() != State::connected || metrics.confirmed_size != channels.size() ||
      dropped_ != drops_.size() || metrics.reconnects != dropped_) {
    say("the subscriptions were not restored");
    return Exit::failed;
  }
  if (tally_.wrong() == 0 && tally_.trades() + tally_.missed() == feed_.published() &&
      tally_.outages().front().missed == drops_[1].unheard_before - drops_[0].unheard_before) {
    return Exit::ok;
  }
  say(fmt::format("trades were lost that were sent: {} missing or repeated without a drop", tally_.wrong()));
  return Exit::failed;
}

Exit Demo::run(std::chrono::milliseconds duration) {
  fmt::print("A market feed and its client, over TLS on this machine; the server drops the connection twice\n\n");
  print_row("server", fmt::format("{}, its certificate is verified", server_.url()));
  Result<Client> client = Client::connect(server_.url(), options());
  if (!client) {
    say_error("could not connect", client.error());
    return Exit::unreachable;
  }
  if (!subscribe(*client)) return Exit::failed;
  fmt::print("\n  {:<13} {:<20} {:<4} {:>12} {:>8}\n", "time (UTC)", "instrument", "side", "price", "amount");
  const auto begin = Clock::now();
  run_market(*client, begin, duration);
  await_the_last_trade();
  print_summary(*client, Clock::now() - begin);
  const Exit exit = judge(*client);
  [[maybe_unused]] const Result<> closed = client->close();  // bounded; nothing depends on how it goes
  return exit;
}

}  // namespace

Exit run_demo(std::chrono::milliseconds duration) {
  log_to_stderr(LogLevel::warning);
  Signals signals;
  MarketFeed feed{channels, trades_per_second, Clock::now(), MarketFeed::Unheard::trade};
  Result<testing::Server> server = testing::Server::start({.tls = true, .script = feed.script(), .received_limit = 1});
  if (!server) {
    say_error("cannot serve", server.error());
    return Exit::failed;
  }
  return Demo{feed, *server, signals}.run(duration);
}

}  // namespace zenws::program
