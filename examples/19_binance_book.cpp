// An order book of Binance's, kept by its depth stream: the snapshot comes over the WebSocket API, and again when an
// event is missing. The far end is a simulator; leave the URLs out, and it is Binance.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>

#include <zenws/adapters/binance.hpp>
#include <zenws/simulators/binance_simulator.hpp>

using namespace std::chrono_literals;
using Side = zenws::simulators::SimulatedSide;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main() {
  auto simulator = zenws::simulators::BinanceSimulator::start({.fast_depth_interval = 0ms});
  if (!simulator) return give_up(simulator.error());
  auto api = zenws::adapters::BinanceApi::connect({.url = simulator->api_url()});
  if (!api) return give_up(api.error());
  std::atomic<std::uint64_t> update_id = 0;

  zenws::adapters::BinanceOptions options{.url = simulator->url()};
  options.books.fetch = api->snapshots();
  options.books.on_change = [&](std::string_view symbol, const zenws::adapters::BinanceBook& book) {
    const auto bid = book.best_bid();
    const auto ask = book.best_ask();
    std::printf("%.*s  %.2f | %.2f\n", static_cast<int>(symbol.size()), symbol.data(), bid ? bid->price : 0,
                ask ? ask->price : 0);
    update_id = book.update_id();
  };
  options.books.on_gap = [](std::string_view symbol) {
    std::printf("an event of %.*s is missing: fetching its snapshot\n", static_cast<int>(symbol.size()), symbol.data());
  };
  auto binance = zenws::adapters::Binance::connect(options);
  if (!binance) return give_up(binance.error());
  simulator->set_level("BTCUSDT", Side::buy, 49'999.50, 0.5);
  if (auto watched = binance->watch_book("BTCUSDT"); !watched) return give_up(watched.error());
  const auto wait = [&] {
    while (update_id != simulator->book("BTCUSDT").change_id) std::this_thread::sleep_for(1ms);
  };
  wait();

  simulator->set_level("BTCUSDT", Side::sell, 50'000.25, 1.5);
  wait();
  simulator->skip_events("BTCUSDT");
  simulator->set_level("BTCUSDT", Side::sell, 50'000.00, 0.1);  // nobody is told
  simulator->set_level("BTCUSDT", Side::buy, 49'999.75, 0.2);
  wait();
  std::printf("%d snapshots, in sync\n", static_cast<int>(binance->books().counts().snapshots));
  return binance->close() && api->close() ? 0 : 1;
}
