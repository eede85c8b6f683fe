// A thousand clients lose their server in the same moment: all come back, spread over the delay and not in one wave.
#include <array>
#include <atomic>

#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

constexpr std::size_t clients_in_all = 1000;

struct ThousandClients : Fault {
  Server server = *Server::start();
  LogOf<std::chrono::milliseconds> delays;
  LogOf<std::chrono::milliseconds> back;
  std::atomic<std::int64_t> dropped_at{0};
  std::atomic<std::size_t> lost_once{0};

  static std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
  }
  Options spread() {
    Options spread{.retry_count = unlimited, .retry_delay = 1s, .max_backoff = 1s, .jitter = 1.0, .stable_after = 1h};
    spread.handler = [](const Message&) {};
    spread.on_lifecycle = [this](const Lifecycle& event) {
      const auto* const open = std::get_if<Connected>(&event);
      if (open != nullptr && open->epoch > 1) back.add(std::chrono::milliseconds{now() - dropped_at});
      if (const auto* again = std::get_if<Reconnecting>(&event)) delays.add(again->delay);
      if (std::holds_alternative<Disconnected>(event)) ++lost_once;
    };
    return spread;
  }
};

// One line a tenth of a second; the last holds all that came later.
void draw(const std::string& title, const std::vector<std::chrono::milliseconds>& times) {
  std::array<std::size_t, 11> bars{};
  for (const auto time : times) ++bars[std::min<std::size_t>(static_cast<std::size_t>(time / 100ms), 10)];
  std::cout << title << '\n';
  for (std::size_t i = 0; i < bars.size(); ++i) {
    std::cout << fmt::format("  {:>4} ms {:>4} {}\n", i * 100, bars[i], std::string(bars[i] / 4, '#'));
  }
}

TEST_F(ThousandClients, dropped_at_once_come_back_spread_over_the_delay) {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < clients_in_all; ++i) {
    auto client = Client::connect(server.url(), spread());
    ASSERT_TRUE(client) << i << ": " << to_string(client.error());
    clients.push_back(*std::move(client));
  }
  dropped_at = now();
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(back.wait_for_size(clients_in_all));
  EXPECT_EQ(back.size(), clients_in_all) << "each once";
  EXPECT_EQ(lost_once, clients_in_all);
  EXPECT_EQ(server.accepted(), 2 * clients_in_all);

  // Of a thousand draws from 0–1 s, each quarter gets about 250: fewer than 150 is no chance (7 standard deviations).
  std::array<int, 4> quarters{};
  for (const auto delay : delays.all()) ++quarters[std::min<std::size_t>(static_cast<std::size_t>(delay / 250ms), 3)];
  for (const int count : quarters) EXPECT_GE(count, 150);

  const auto times = back.all();
  const auto last = std::ranges::max(times);
  draw("clients back after so long:", times);
  std::cout << fmt::format("fault | {:<44} | detected {:>8} | recovered {:>5} ms {:<16} | the first after {} ms\n",
                           "1000 clients dropped at once, jitter 1.0", "at once", last.count(), "for the last",
                           std::ranges::min(times).count());
  RecordProperty("last_back_ms", static_cast<int>(last.count()));
}

}  // namespace
}  // namespace zenws::testing
