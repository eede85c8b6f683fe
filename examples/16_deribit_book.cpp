// An order book of Deribit's, kept by its changes: best prices as they move, and a gap that is noticed and closed.
// The far end is a simulator; leave `url` and the key out, and it is test.deribit.com.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include <zenws/adapters/deribit.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

using namespace std::chrono_literals;
using Side = zenws::simulators::SimulatedSide;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main() {
  auto simulator = zenws::simulators::DeribitSimulator::start({.client_id = "me", .client_secret = "secret"});
  if (!simulator) return give_up(simulator.error());
  std::atomic<std::uint64_t> change_id = 0;

  zenws::adapters::DeribitOptions options{.url = simulator->url(), .client_id = "me", .client_secret = "secret"};
  options.books.on_change = [&](std::string_view channel, const zenws::adapters::DeribitBook& book) {
    const auto bid = book.best_bid();
    const auto ask = book.best_ask();
    std::printf("%.*s  %.1f | %.1f\n", static_cast<int>(channel.size()), channel.data(), bid ? bid->price : 0,
                ask ? ask->price : 0);
    change_id = book.change_id();
  };
  options.books.on_gap = [](std::string_view channel) {
    std::printf("a change of %.*s is missing: subscribing again\n", static_cast<int>(channel.size()), channel.data());
  };
  auto deribit = zenws::adapters::Deribit::connect(options);
  if (!deribit) return give_up(deribit.error());
  if (auto watched = deribit->watch_book("BTC-PERPETUAL"); !watched) return give_up(watched.error());

  simulator->set_level("BTC-PERPETUAL", Side::sell, 50'000, 100);
  simulator->set_level("BTC-PERPETUAL", Side::buy, 49'900, 100);
  simulator->skip_changes("BTC-PERPETUAL");
  simulator->set_level("BTC-PERPETUAL", Side::buy, 49'950, 50);  // nobody is told
  simulator->set_level("BTC-PERPETUAL", Side::sell, 49'990, 50);

  while (change_id != simulator->book("BTC-PERPETUAL").change_id) std::this_thread::sleep_for(1ms);
  const auto counts = deribit->books().counts();
  std::printf("%d changes, %d gap, in sync again\n", static_cast<int>(counts.changes), static_cast<int>(counts.gaps));
  return deribit->close() ? 0 : 1;
}
