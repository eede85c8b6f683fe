// Of 50 books kept by depth streams each is what the venue's own is after every single event; a gap touches one, a
// stale snapshot is fetched again, and after a reconnect all are whole.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/binance.hpp"
#include "support/eventually.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using adapters::Binance;
using adapters::BinanceBook;
using adapters::BinanceOptions;
using simulators::BinanceSimulator;
using simulators::SimulatedSide;
using testing::connect;
using testing::Disconnect;
using ::testing::ElementsAre;
using testing::eventually;
using testing::is_same;
using testing::LogOf;
using testing::options_for;

constexpr int symbols_in_all = 50;
constexpr int changes_per_symbol = 200;

std::string symbol_of(int number) { return "S" + std::to_string(number) + "USDT"; }

simulators::BinanceSimulatorOptions fifty_symbols(std::chrono::milliseconds interval) {
  simulators::BinanceSimulatorOptions options = testing::quick_binance();
  options.symbols.clear();
  for (int i = 0; i < symbols_in_all; ++i) options.symbols.push_back(symbol_of(i));
  options.fast_depth_interval = interval;
  options.book_history = 100'000;
  return options;
}

class BinanceBooks : public ::testing::Test {
 protected:
  // Events gather what changes in 2 ms.
  BinanceBooks() : simulator{testing::start_binance(fifty_symbols(2ms))} {
    for (int i = 0; i < symbols_in_all; ++i) names.push_back(symbol_of(i));
    options = options_for(simulator);
    options.books.on_change = [this](std::string_view symbol, const BinanceBook& book) {
      updates.add({std::string{symbol}, book});
    };
    options.books.on_gap = [this](std::string_view symbol) { gaps.add(std::string{symbol}); };
    options.client.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
  }
  struct Update {
    std::string symbol;
    BinanceBook book;
  };
  // A level somewhere near the middle comes, changes or goes.
  void change(const std::string& symbol) {
    const bool buys = random() % 2 == 0;
    const double distance = 0.01 * static_cast<double>(1 + random() % 30);
    simulator.set_level(symbol, buys ? SimulatedSide::buy : SimulatedSide::sell, buys ? 100 - distance : 100 + distance,
                        0.5 * static_cast<double>(random() % 5));
  }
  void change_all(int rounds) {
    for (int round = 0; round < rounds; ++round) {
      for (const std::string& name : names) change(name);
    }
  }
  [[nodiscard]] bool are_all_the_same(const Binance& binance) const {
    return std::ranges::all_of(names, [&](const std::string& name) {
      const auto kept = binance.book(name);
      return kept && kept->is_in_sync() && is_same(*kept, simulator.book(name));
    });
  }
  std::size_t mismatches() const {
    std::size_t count = 0;
    for (const Update& update : updates.all()) {
      const auto own = simulator.book_at(update.symbol, update.book.update_id());
      const bool is_first = update.book.update_id() == 0;  // of an empty book, which no change has made
      if (!is_first && (!own || !is_same(update.book, *own))) ++count;
    }
    return count;
  }

  std::mt19937 random{7};
  std::vector<std::string> names;
  BinanceSimulator simulator;
  BinanceOptions options;
  LogOf<Update> updates;
  LogOf<std::string> gaps;
  LogOf<std::string> events;
};

TEST_F(BinanceBooks, are_the_venues_own_after_every_event_and_a_gap_touches_one) {
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.watch_books(names));
  change_all(changes_per_symbol / 2);
  ASSERT_TRUE(eventually([&] { return are_all_the_same(binance); }));
  const std::string& broken = names[17];
  const auto given_before = simulator.snapshots_given(broken);
  simulator.skip_events(broken);
  const auto seen_by_all = binance.books().counts().snapshots;
  change(broken);
  simulator.set_level(broken, SimulatedSide::buy, 50, 1);  // so that there is something to miss
  ASSERT_TRUE(eventually([&] {                             // and something behind it, by which it shows
    simulator.set_level(broken, SimulatedSide::buy, 40, static_cast<double>(1 + random() % 1000));
    return gaps.size() != 0;
  }));
  change_all(changes_per_symbol / 2);
  ASSERT_TRUE(eventually([&] { return are_all_the_same(binance); }));

  const auto counts = binance.books().counts();
  const std::size_t wrong = mismatches();
  std::printf(
      "order books: %d kept, %zu updates checked against the simulator's own, mismatches %zu; gaps %llu, "
      "snapshots %llu, too old %llu\n",
      symbols_in_all, updates.size(), wrong, static_cast<unsigned long long>(counts.gaps),
      static_cast<unsigned long long>(counts.snapshots), static_cast<unsigned long long>(counts.too_old));
  EXPECT_EQ(wrong, 0U);
  EXPECT_THAT(gaps.all(), ElementsAre(broken));
  EXPECT_EQ(counts.snapshots, seen_by_all + 1) << "no other book was fetched again";
  EXPECT_GT(simulator.snapshots_given(broken), given_before);
}

TEST_F(BinanceBooks, wait_for_a_snapshot_that_is_new_enough) {
  const std::string& symbol = names[0];
  simulator = testing::start_binance(fifty_symbols(0ms));
  options.url = simulator.url();
  options.books.fetch = simulator.snapshots();
  simulator.make_snapshots_stale(symbol, 3);
  for (int i = 1; i <= 10; ++i) simulator.set_level(symbol, SimulatedSide::buy, 50, i);  // told to nobody
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.watch_book(symbol));
  simulator.set_level(symbol, SimulatedSide::buy, 51, 1);
  ASSERT_TRUE(eventually([&] { return is_same(*binance.book(symbol), simulator.book(symbol)); }));
  const auto counts = binance.books().counts();
  std::printf("stale snapshots: %llu too old, fetched again, the book is right\n",
              static_cast<unsigned long long>(counts.too_old));
  EXPECT_EQ(counts.gaps, 1U) << "the first one looked right until something happened";
  EXPECT_EQ(counts.too_old, 2U);
  EXPECT_EQ(counts.snapshots, 2U);
}

TEST_F(BinanceBooks, are_whole_again_when_binance_has_ended_the_connection_after_24_hours) {
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.watch_books(names));
  change_all(5);
  ASSERT_TRUE(eventually([&] { return are_all_the_same(binance); }));
  simulator.age_connections(24h);
  ASSERT_TRUE(events.wait_for("connected 2"));
  change_all(5);
  ASSERT_TRUE(eventually([&] { return are_all_the_same(binance); }));
  EXPECT_EQ(mismatches(), 0U);
  EXPECT_THAT(simulator.disconnects(), ElementsAre("24 hours"));
  EXPECT_EQ(gaps.size(), 0U) << "a lost connection is no gap";
}

TEST_F(BinanceBooks, and_trades_go_on_when_another_connection_takes_over_before_the_24_hours) {
  constexpr int rotations = 10;
  LogOf<std::uint64_t> trades;
  options.client.handler = [&](const Message& message) {
    if (const auto trade = adapters::binance::read_trade(message)) trades.add(trade->id);
  };
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.watch_books(names));
  ASSERT_TRUE(binance.subscribe_and_wait({"s0usdt@trade"}));
  const auto snapshots = binance.books().counts().snapshots;
  std::size_t traded = 0;
  for (std::uint64_t i = 1; i <= rotations; ++i) {
    ASSERT_TRUE(binance.client().rotate());
    do {
      change_all(1);
      simulator.trade("S0USDT", 100, 1);
      ++traded;
    } while (binance.client().get_state_metrics().rotations < i);
  }
  ASSERT_TRUE(eventually([&] { return are_all_the_same(binance) && trades.size() >= traded; }));
  const auto all = trades.all();
  std::printf("binance rotation: %d with %d books, mismatches %zu, gaps %zu | %zu trades, each once and in order: %s\n",
              rotations, symbols_in_all, mismatches(), gaps.size(), all.size(),
              all.size() == traded && std::ranges::is_sorted(all) ? "yes" : "no");
  EXPECT_EQ(all.size(), traded);
  EXPECT_TRUE(std::ranges::is_sorted(all, std::less_equal{}));
  EXPECT_EQ(mismatches(), 0U);
  EXPECT_EQ(gaps.size(), 0U);
  EXPECT_EQ(binance.books().counts().snapshots, snapshots) << "no book had to begin again";
  EXPECT_THAT(events.all(), ::testing::Not(::testing::Contains(::testing::StartsWith("disconnected"))));
}

TEST_F(BinanceBooks, on_which_nothing_happens_are_there_after_a_reconnect_too) {
  change_all(3);
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.watch_books(names));
  ASSERT_TRUE(eventually([&] { return are_all_the_same(binance); }));
  simulator.server().simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  EXPECT_TRUE(eventually([&] { return are_all_the_same(binance); }));
}

}  // namespace
}  // namespace zenws
