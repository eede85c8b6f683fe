#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <zenws/adapters/deribit.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

#include "sim/book_desk.hpp"

namespace zenws::sim {

using namespace std::chrono_literals;

namespace {

class DeribitDesk final : public BookDesk<adapters::Deribit, simulators::DeribitSimulator> {
 public:
  DeribitDesk(SimWorld& world, const Broken& broken, const Desks& desks, std::vector<testing::Server*>& servers)
      : BookDesk{world, "deribit", broken, "BTC-PERPETUAL", 10} {
    open(simulators::DeribitSimulatorOptions{}, desks, servers);
    adapters::DeribitOptions options;
    options.client_id = "simulated";
    options.client_secret = "simulated-secret";
    options.heartbeat = 10s;
    options.client = options_that_endure(desks.clients);
    options.books.on_change = [](auto&&...) {};
    connect(std::move(options));
  }

  void judge_at_rest() override {
    BookDesk::judge_at_rest();
    world_.run_for(5s);
    check(std::ranges::all_of(endings_, [](int times) { return times == 1; }), "each call ends once");
  }

 private:
  void meddle() override {
    if (world_.chance(0.02)) simulator().expire_tokens();
    if (world_.chance(0.05)) simulator().skip_changes(instrument());
    ask();
  }

  void ask() {
    using adapters::deribit::Timestamp;
    const std::size_t number = endings_.size();
    endings_.push_back(0);
    adapter().async_call<Timestamp>(
        adapters::deribit::get_time(),
        [this, number](const Result<Timestamp>&) { check(++endings_[number] == 1, "a call ends once"); }, 2s);
  }

  std::vector<int> endings_;
};

}  // namespace

Desks::Made Desks::deribit(SimWorld& world, const Broken& broken, std::vector<testing::Server*>& servers) const {
  return std::make_unique<DeribitDesk>(world, broken, *this, servers);
}

}  // namespace zenws::sim
