#include "servers/soak.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <zenws/client.hpp>
#include <zenws/json.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "command_line/metrics_endpoint.hpp"
#include "connect/client_list.hpp"
#include "console/amounts.hpp"
#include "console/duration.hpp"
#include "console/output.hpp"
#include "console/signals.hpp"
#include "servers/demo_tally.hpp"
#include "servers/process_usage.hpp"
#include "servers/soak_tally.hpp"
#include "servers/soak_venue.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto heartbeat_interval = 2s;
constexpr auto progress_interval = 10s;
constexpr auto last_patience = 30s;  // for the last clients to come back, and for the last messages
constexpr std::size_t descriptors_per_client = 4;
constexpr std::size_t other_descriptors = 64;
// AddressSanitizer does, up to 256 MiB, to find uses after free.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool keeps_freed_memory = true;
#elif defined(__has_feature)
constexpr bool keeps_freed_memory = __has_feature(address_sanitizer);
#else
constexpr bool keeps_freed_memory = false;
#endif

// Memory may grow by this: what the allocator keeps for later, not a leak that lasts.
constexpr std::size_t memory_slack = std::size_t{keeps_freed_memory ? 256 : 4} << 20U;
constexpr std::size_t memory_share = 20;  // 1/20 = 5 %

double mebibytes(std::size_t bytes) { return static_cast<double>(bytes) / (1024.0 * 1024.0); }

// The clients, the server, and what passes between them; all but callbacks on the calling thread.
class Soak {
 public:
  Soak(const SoakArguments& arguments, testing::Server& server, SoakVenue& venue, const Signals& signals,
       const ClientList& shown, MetricsEndpoint& metrics)
      : arguments_{arguments},
        server_{server},
        venue_{venue},
        signals_{signals},
        shown_{shown},
        metrics_{metrics},
        tally_{arguments.clients} {}

  Exit run();

 private:
  [[nodiscard]] Options options(std::size_t client);
  bool open_clients();
  void keep_going(Clock::time_point begin);
  void settle();
  void drop_one();
  void publish_when_due(Clock::time_point now);
  void tell_progress(Clock::duration since_begin) const;
  bool check(bool passed, std::string_view name, const std::string& text);
  Exit report(Clock::duration time);
  [[nodiscard]] std::uint64_t sum(std::uint64_t StateMetrics::* number) const;

  const SoakArguments& arguments_;
  testing::Server& server_;
  SoakVenue& venue_;
  const Signals& signals_;
  const ClientList& shown_;
  MetricsEndpoint& metrics_;
  SoakTally tally_;
  std::mt19937 random_{std::random_device{}()};
  Clock::time_point publish_due_;
  std::uint64_t closes_ = 0;
  std::uint64_t resets_ = 0;
  std::size_t descriptors_ = 0;  // when all clients were open
  std::size_t memory_ = 0;       // a fifth into the time
  bool passed_ = true;
  std::vector<Client> clients_;
  Runtime runtime_;  // last: it ends before what its callbacks use
};

Options Soak::options(std::size_t client) {
  Options options{.retry_count = unlimited, .retry_delay = 100ms};
  options.heartbeat = Heartbeat::ping_pong(heartbeat_interval);
  options.handler = overloaded{
      [this, client](const JsonMessage& message) {
        std::uint64_t number = 0;
        if (message.json["params"]["data"].get(number) == simdjson::SUCCESS) tally_.on_number(client, number);
      },
      [](const auto&) {},
  };
  options.on_lifecycle = [this, client](const Lifecycle& event) {
    if (std::holds_alternative<Disconnected>(event)) tally_.on_loss(client);
    if (std::holds_alternative<Restored>(event)) tally_.on_restored(client, Clock::now());
  };
  options.runtime = &runtime_;
  return options;
}

bool Soak::open_clients() {
  for (std::size_t i = 0; i < arguments_.clients && !signals_.asked_to_end(); ++i) {
    Result<Client> client = Client::connect(server_.url(), options(i));
    if (!client) {
      say_error(fmt::format("client {} could not connect", i), client.error());
      return false;
    }
    clients_.push_back(*std::move(client));
    shown_.add(clients_.back());
    if (const auto subscribed = clients_.back().subscribe_and_wait({soak_channel(i)}); !subscribed) {
      say_error(fmt::format("client {} could not subscribe", i), subscribed.error());
      return false;
    }
  }
  return clients_.size() == arguments_.clients;
}

// A client that has come back from its last drop; none when there is no such client at the first look.
void Soak::drop_one() {
  const std::size_t client = random_() % arguments_.clients;
  if (!tally_.flows(client)) return;
  const bool reset = resets_ < closes_;
  tally_.on_drop(client, Clock::now());  // first: the client may notice before the next line
  if (venue_.drop(server_, client, reset)) {
    ++(reset ? resets_ : closes_);
  } else {
    tally_.on_no_drop(client);
  }
}

void Soak::publish_when_due(Clock::time_point now) {
  if (now < publish_due_) return;
  venue_.publish(server_);
  publish_due_ += std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double>{1.0 / arguments_.rate});
  publish_due_ = std::max(publish_due_, now);  // a machine that was busy does not get a burst
}

void Soak::tell_progress(Clock::duration since_begin) const {
  say(fmt::format("{:.0f} s of {:.0f} s: {} messages to each client, {} drops, {} not back yet, {:.1f} MiB",
                  std::chrono::duration<double>{since_begin}.count(),
                  std::chrono::duration<double>{arguments_.duration}.count(), grouped(venue_.published()),
                  closes_ + resets_, tally_.out_of_flow(), mebibytes(resident_memory())));
}

void Soak::keep_going(Clock::time_point begin) {
  const auto end = begin + arguments_.duration;
  const auto measure_at = begin + arguments_.duration / 5;
  // At a random moment of each interval: also between two messages, and right behind one.
  std::uniform_real_distribution<double> share{0, 1};
  auto interval_begin = begin;
  const auto moment = [&] {
    return interval_begin + std::chrono::round<std::chrono::nanoseconds>(share(random_) * arguments_.drop_every);
  };
  auto drop_due = moment();
  auto progress_due = begin + progress_interval;
  bool measured = false;
  publish_due_ = begin;
  for (auto now = begin; now < end && !signals_.asked_to_end(); now = Clock::now()) {
    publish_when_due(now);
    if (now >= drop_due) {
      drop_one();
      interval_begin += arguments_.drop_every;
      drop_due = moment();
    }
    if (now >= progress_due) {
      tell_progress(now - begin);
      progress_due += progress_interval;
    }
    if (!measured && now >= measure_at) {
      memory_ = resident_memory();
      measured = true;
    }
    signals_.wait_until(std::min({end, publish_due_, drop_due, progress_due}));
  }
}

// Publishes until every client is back and has the last number, and until closed sockets are gone.
void Soak::settle() {
  const auto end = Clock::now() + last_patience;
  while (tally_.out_of_flow() > 0 && Clock::now() < end) {
    publish_when_due(Clock::now());
    std::this_thread::sleep_for(10ms);
  }
  while ((!tally_.all_have(venue_.published()) || open_descriptors() > descriptors_) && Clock::now() < end) {
    std::this_thread::sleep_for(10ms);
  }
}

std::uint64_t Soak::sum(std::uint64_t StateMetrics::* number) const {
  std::uint64_t total = 0;
  for (const Client& client : clients_) total += client.get_state_metrics().*number;
  return total;
}

bool Soak::check(bool passed, std::string_view name, const std::string& text) {
  fmt::print("  {:<11} {:<6}  {}\n", name, passed ? "ok" : "FAILED", text);
  passed_ = passed_ && passed;
  return passed;
}

Exit Soak::report(Clock::duration time) {
  const SoakCount count = tally_.count(venue_);
  const std::uint64_t drops = closes_ + resets_;
  const std::uint64_t expected = venue_.published() * arguments_.clients;
  const std::uint64_t reconnects = sum(&StateMetrics::reconnects);
  const std::size_t memory = resident_memory();
  const std::size_t descriptors = open_descriptors();
  fmt::print("{} clients for {:.0f} s, a drop every {}\n\n", arguments_.clients,
             std::chrono::duration<double>{time}.count(), show_duration(arguments_.drop_every));
  check(count.unbalanced == 0 && count.received + count.missed == expected, "messages",
        fmt::format("expected {} = received {} + missed in outages {}", grouped(expected), grouped(count.received),
                    grouped(count.missed)));
  check(count.wrong == 0 && count.lost_by_closes == 0 && count.missed >= count.unheard, "gaps",
        fmt::format("{} outside outages or repeated; in outages {} published to nobody, {} destroyed by resets",
                    count.wrong + count.lost_by_closes, grouped(count.unheard),
                    grouped(count.missed - std::min(count.missed, count.unheard))));
  check(reconnects == drops && count.losses == drops && count.recoveries.size() == drops, "reconnects",
        fmt::format("{} after {} drops ({} close 1001, {} reset), {} subscriptions restored", reconnects, drops,
                    closes_, resets_, count.recoveries.size()));
  check(sum(&StateMetrics::confirmed_size) == arguments_.clients && tally_.out_of_flow() == 0, "at the end",
        fmt::format("{} of {} clients subscribed and in flow, {} heartbeats missed",
                    arguments_.clients - tally_.out_of_flow(), arguments_.clients,
                    sum(&StateMetrics::heartbeat_failures)));
  check(memory <= memory_ + memory_ / memory_share + memory_slack, "memory",
        fmt::format("{:.1f} MiB at a fifth of the time, {:.1f} MiB at the end", mebibytes(memory_), mebibytes(memory)));
  check(descriptors <= descriptors_, "descriptors",
        fmt::format("{} at the start, {} at the end", grouped(descriptors_), grouped(descriptors)));
  if (!count.recoveries.empty()) {
    fmt::print("  {:<11} {:<6}  median {}, slowest {}, from the drop to the subscription confirmed again\n", "recovery",
               "", show_duration(percentile(count.recoveries, 50)), show_duration(count.recoveries.back()));
  }
  return passed_ ? Exit::ok : Exit::usage;
}

Exit Soak::run() {
  memory_ = resident_memory();
  if (!open_clients()) return Exit::unreachable;
  descriptors_ = open_descriptors();
  memory_ = resident_memory();
  const auto begin = Clock::now();
  keep_going(begin);
  const auto time = Clock::now() - begin;
  metrics_.stop();  // who scrapes while descriptors are counted would count
  settle();
  return report(time);
}

}  // namespace

Exit run_soak(const SoakArguments& arguments) {
  log_to_stderr(LogLevel::warning);
  Signals signals;
  const std::size_t descriptors = arguments.clients * descriptors_per_client + other_descriptors;
  if (!allow_descriptors(descriptors)) {
    say(fmt::format("{} clients need {} descriptors; allow them with ulimit -n", arguments.clients, descriptors));
    return Exit::failed;
  }
  SoakVenue venue{arguments.clients};
  Result<testing::Server> server = testing::Server::start({.script = venue.script(), .received_limit = 1});
  if (!server) {
    say_error("cannot serve", server.error());
    return Exit::failed;
  }
  const ClientList shown;
  auto metrics = show_metrics(arguments.metrics, shown.discovery(), false, true);
  if (!metrics) return metrics.error();
  return Soak{arguments, *server, venue, signals, shown, *metrics}.run();
}

}  // namespace zenws::program
