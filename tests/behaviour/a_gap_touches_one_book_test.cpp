// Of 200 books one has a gap: that one is subscribed again, the other 199 go on, and all of them are what the venue's
// own books are after every single update.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deribit.hpp"
#include "support/eventually.hpp"

namespace zenws {
namespace {

using adapters::Deribit;
using adapters::DeribitBook;
using adapters::DeribitOptions;
using adapters::Level;
using simulators::DeribitSimulator;
using simulators::SimulatedInstrument;
using simulators::SimulatedSide;
using testing::connect;
using ::testing::ElementsAre;
using testing::eventually;
using testing::is_same;
using testing::LogOf;
using testing::options_for;

constexpr int books = 200;
constexpr int changes_each = 40;

std::string name_of(int number) { return "BTC-" + std::to_string(number); }
std::string channel_of(int number) { return "book." + name_of(number) + ".100ms"; }

std::vector<SimulatedInstrument> instruments() {
  std::vector<SimulatedInstrument> all;
  for (int i = 0; i < books; ++i) all.push_back({.name = name_of(i)});
  return all;
}

class AGap : public ::testing::Test {
 protected:
  AGap() {
    options.books.on_change = [this](std::string_view channel, const DeribitBook& book) {
      updates.add({std::string{channel}, book});
    };
    options.books.on_gap = [this](std::string_view channel) { gaps.add(std::string{channel}); };
    options.client.subscribe_batch_size = 50;
  }
  struct Update {
    std::string channel;
    DeribitBook book;
  };
  // A level somewhere near the middle comes, changes or goes.
  void change(int number) {
    const bool buys = random() % 2 == 0;
    const double price = buys ? 50'000 - 0.5 * static_cast<double>(1 + random() % 20)
                              : 50'000 + 0.5 * static_cast<double>(1 + random() % 20);
    const double amount = 10 * static_cast<double>(random() % 5);
    simulator.set_level(name_of(number), buys ? SimulatedSide::buy : SimulatedSide::sell, price, amount);
  }
  [[nodiscard]] bool is_caught_up(Deribit& deribit, int number) const {
    const auto kept = deribit.book(name_of(number));
    return kept && kept->is_in_sync() && kept->change_id() == simulator.book(name_of(number)).change_id;
  }
  [[nodiscard]] std::size_t subscribes_of(const std::string& channel) {
    std::size_t count = 0;
    for (const auto& message : simulator.server().received()) {
      if (message.payload.find("public/subscribe") == std::string::npos) continue;
      if (message.payload.find('"' + channel + '"') != std::string::npos) ++count;
    }
    return count;
  }

  DeribitSimulator simulator =
      testing::start_simulator({.instruments = instruments(), .book_history = std::size_t{10} * changes_each});
  DeribitOptions options = options_for(simulator);
  LogOf<Update> updates;
  LogOf<std::string> gaps;
  std::mt19937 random{7};
};

TEST_F(AGap, touches_one_book_of_two_hundred_and_no_other) {
  constexpr int broken = 123;
  Deribit deribit = connect(std::move(options));
  std::vector<std::string> channels;
  for (int i = 0; i < books; ++i) channels.push_back(channel_of(i));
  ASSERT_EQ(deribit.subscribe_and_wait(channels)->confirmed.size(), channels.size());

  for (int round = 0; round < changes_each; ++round) {
    if (round == changes_each / 2) simulator.skip_changes(name_of(broken));
    for (int i = 0; i < books; ++i) change(i);
  }
  simulator.set_level(name_of(broken), SimulatedSide::buy, 40'000, 10);  // so that the gap shows for certain
  simulator.set_level(name_of(broken), SimulatedSide::buy, 40'000.5, 10);
  ASSERT_TRUE(gaps.wait_for_size(1));
  for (int i = 0; i < books; ++i) {
    ASSERT_TRUE(eventually([&] { return is_caught_up(deribit, i); })) << name_of(i);
  }

  std::size_t mismatches = 0;
  for (const Update& update : updates.all()) {
    const std::string instrument = update.channel.substr(5, update.channel.rfind('.') - 5);
    const auto own = simulator.book_at(instrument, update.book.change_id());
    // The first snapshot is of an empty book, which no change has made.
    const bool is_first = !own && update.book.bids().empty() && update.book.asks().empty();
    if (!is_first && (!own || !is_same(update.book, *own))) ++mismatches;
  }
  const auto counts = deribit.books().counts();
  std::printf(
      "order books: %d kept, %zu updates checked against the simulator's own, mismatches %zu; gaps %llu, "
      "subscribed again %llu, snapshots %llu\n",
      books, updates.size(), mismatches, static_cast<unsigned long long>(counts.gaps),
      static_cast<unsigned long long>(counts.resubscribed), static_cast<unsigned long long>(counts.snapshots));
  EXPECT_EQ(mismatches, 0U);
  EXPECT_THAT(gaps.all(), ElementsAre(channel_of(broken)));
  EXPECT_EQ(counts.resubscribed, 1U);
  EXPECT_EQ(counts.snapshots, static_cast<std::uint64_t>(books) + 1);
  for (int i = 0; i < books; ++i) EXPECT_EQ(subscribes_of(channel_of(i)), i == broken ? 2U : 1U) << name_of(i);
  for (int i = 0; i < books; ++i)
    EXPECT_TRUE(is_same(*deribit.book(name_of(i)), simulator.book(name_of(i)))) << name_of(i);
}

TEST_F(AGap, is_closed_by_the_reconnect_when_the_connection_is_lost_meanwhile) {
  Deribit deribit = connect(std::move(options));
  ASSERT_TRUE(deribit.watch_book(name_of(1)));
  change(1);
  simulator.skip_changes(name_of(1));
  simulator.set_level(name_of(1), SimulatedSide::buy, 40'000, 10);
  simulator.server().pause_reading(true);  // the request to subscribe again stays unread
  simulator.set_level(name_of(1), SimulatedSide::buy, 40'000.5, 10);
  ASSERT_TRUE(gaps.wait_for_size(1));
  simulator.server().simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(eventually([&] { return is_caught_up(deribit, 1); }));
  EXPECT_TRUE(is_same(*deribit.book(name_of(1)), simulator.book(name_of(1))));
  EXPECT_EQ(simulator.subscriptions(2), std::vector<std::string>{channel_of(1)});
}

TEST_F(AGap, is_not_what_a_repeated_change_is_taken_for) {
  Deribit deribit = connect(std::move(options));
  ASSERT_TRUE(deribit.watch_book(name_of(1)));
  simulator.set_level(name_of(1), SimulatedSide::buy, 40'000, 10);
  simulator.repeat_change(name_of(1));
  simulator.set_level(name_of(1), SimulatedSide::buy, 40'000.5, 10);
  ASSERT_TRUE(eventually([&] { return is_caught_up(deribit, 1); }));
  EXPECT_EQ(deribit.books().counts().duplicates, 1U);
  EXPECT_EQ(gaps.size(), 0U);
}

TEST_F(AGap, is_told_as_lost_sync_when_the_connection_goes) {
  Deribit deribit = connect(std::move(options));
  ASSERT_TRUE(deribit.watch_book(name_of(1)));
  simulator.set_level(name_of(1), SimulatedSide::buy, 40'000, 10);
  ASSERT_TRUE(eventually([&] { return is_caught_up(deribit, 1); }));
  simulator.server().set_faults({.refuse_upgrade = HttpResponse{.status = 503}});
  simulator.server().simulate_disconnect(testing::Disconnect::abrupt());
  EXPECT_TRUE(eventually([&] { return !deribit.book(name_of(1))->is_in_sync(); }));
  EXPECT_EQ(deribit.book(name_of(1))->best_bid(), (Level{40'000, 10})) << "the last known levels stay";
}

}  // namespace
}  // namespace zenws
