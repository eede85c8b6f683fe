#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <zenws/adapters/binance.hpp>
#include <zenws/simulators/binance_simulator.hpp>

#include "sim/book_desk.hpp"

namespace zenws::sim {

using namespace std::chrono_literals;

namespace {

class BinanceDesk final : public BookDesk<adapters::Binance, simulators::BinanceSimulator> {
 public:
  BinanceDesk(SimWorld& world, const Broken& broken, const Desks& desks, std::vector<testing::Server*>& servers)
      : BookDesk{world, "binance", broken, "BTCUSDT", 1} {
    simulators::BinanceSimulatorOptions venue;
    venue.connection_lifetime = 4min;
    open(std::move(venue), desks, servers);
    adapters::BinanceOptions options;
    options.client = options_that_endure(desks.clients);
    options.client.max_age = 3min;
    options.books.fetch = simulator().snapshots();
    options.books.runtime = &desks.clients;
    connect(std::move(options));
  }

 private:
  void meddle() override {
    if (world_.chance(0.03)) simulator().skip_events(instrument());
    if (world_.chance(0.03)) simulator().make_snapshots_stale(instrument());
    if (world_.chance(0.03)) simulator().repeat_event(instrument());
  }
};

}  // namespace

Desks::Made Desks::binance(SimWorld& world, const Broken& broken, std::vector<testing::Server*>& servers) const {
  return std::make_unique<BinanceDesk>(world, broken, *this, servers);
}

}  // namespace zenws::sim
