// docs/guide/binance.md
#include "support/binance.hpp"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <zenws/adapters/binance_api.hpp>

#include "docs/venue_url.hpp"
#include "support/eventually.hpp"

namespace {

using namespace std::chrono_literals;
using zenws::simulators::SimulatedSide;
using zenws::testing::eventually;

int listen(zenws::simulators::BinanceSimulator& simulator) {
#include "binance/connect.inc"
  EXPECT_TRUE(queued);
  EXPECT_TRUE(eventually([&] { return simulator.subscriptions(1).size() == 2; }));
  simulator.trade("BTCUSDT", 50'000, 0.25);
  EXPECT_TRUE(eventually([&] { return binance->client().get_state_metrics().messages_in > 0; }));
  return 0;
}

TEST(GuideBinance, trades_are_heard) {
  auto simulator = zenws::testing::start_binance();
  venue_url = simulator.url();
  EXPECT_EQ(listen(simulator), 0);
}

TEST(GuideBinance, a_book_is_kept_by_snapshots_of_the_api) {
  auto simulator = zenws::testing::start_binance();
  simulator.set_level("BTCUSDT", SimulatedSide::sell, 50'001, 1);
  venue_url = simulator.api_url();
  zenws::adapters::BinanceOptions options = zenws::testing::options_for(simulator);
#include "binance/books.inc"
  EXPECT_TRUE(watched);
  EXPECT_TRUE(eventually([&] {
    const auto book = binance->book("BTCUSDT");
    return book && book->is_in_sync() && book->best_ask() && book->best_ask()->price == 50'001;
  }));
#include "binance/call.inc"
  ASSERT_TRUE(depth) << to_string(depth.error());
  EXPECT_EQ(depth->asks.size(), 1U);
}

TEST(GuideBinance, a_book_is_kept_by_a_fetch_function_of_ones_own) {
  auto simulator = zenws::testing::start_binance();
  simulator.set_level("BTCUSDT", SimulatedSide::sell, 50'001, 1);
  struct {
    zenws::simulators::SimulatedSnapshots snapshots;
    void get(const std::string& path, std::move_only_function<void(zenws::Result<std::string>)> done) {
      snapshots(path.substr(path.find("symbol=") + 7), std::move(done));
    }
  } http{simulator.snapshots()};
  zenws::adapters::BinanceOptions options = zenws::testing::options_for(simulator);
#include "binance/fetch.inc"
  auto binance = zenws::adapters::Binance::connect(options);
  ASSERT_TRUE(binance);
  ASSERT_TRUE(binance->watch_book("BTCUSDT"));
  EXPECT_TRUE(eventually([&] { return binance->book("BTCUSDT")->is_in_sync(); }));
}

TEST(GuideBinance, a_simulator_stands_for_the_venue) {
#include "binance/simulator.inc"
  EXPECT_EQ(simulator->book("BTCUSDT").bids.size(), 1U);
  EXPECT_TRUE(zenws::adapters::Binance::connect(options));
}

}  // namespace
