// The rules of U, u and lastUpdateId, each in one line.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/binance_book.hpp>

namespace zenws::adapters {
namespace {

using binance::DepthEvent;
using binance::DepthSnapshot;
using Applied = BinanceBook::Applied;
using Synced = BinanceBook::Synced;
using ::testing::ElementsAre;

// Bids at its first and last update's number, so that the levels tell which events were applied.
DepthEvent event(std::uint64_t first, std::uint64_t last) {
  return {.symbol = "BTCUSDT",
          .first = first,
          .last = last,
          .time = static_cast<std::int64_t>(last),
          .bids = {{.price = static_cast<double>(last), .amount = 1}},
          .asks = {}};
}

DepthSnapshot snapshot(std::uint64_t id) {
  return {.last_update_id = id, .bids = {}, .asks = {{.price = 1000, .amount = 5}}};
}

// Prices of the bids: the last updates of the events that were applied, newest first.
std::string applied_in(const BinanceBook& book) {
  std::string text;
  for (const Level& level : book.bids()) text += std::to_string(static_cast<int>(level.price)) + " ";
  return text;
}

TEST(BinanceBookLimit, holds_for_events_and_for_snapshots) {
  BinanceBook book{2};
  EXPECT_EQ(book.apply(snapshot(10)), Synced::in_sync);
  EXPECT_EQ(book.apply(event(11, 11)), Applied::change);
  EXPECT_EQ(book.apply(event(12, 12)), Applied::change);
  EXPECT_EQ(book.apply(event(13, 13)), Applied::too_deep);
  EXPECT_FALSE(book.is_in_sync());
  EXPECT_TRUE(book.bids().empty() && book.asks().empty());
  EXPECT_EQ(book.apply(event(14, 14)), Applied::buffered);
  EXPECT_EQ(book.apply(snapshot(13)), Synced::in_sync);
  EXPECT_EQ(applied_in(book), "14 ");
  DepthSnapshot deep = snapshot(20);
  for (int i = 0; i < 3; ++i) deep.bids.push_back({.price = 1.0 + i, .amount = 1});
  EXPECT_EQ(book.apply(deep), Synced::too_deep);
  EXPECT_FALSE(book.is_in_sync());
}

TEST(BinanceBookLimit, holds_for_what_waits_and_keeps_the_newest) {
  BinanceBook book{2};
  for (std::uint64_t id = 1; id <= 100; ++id) EXPECT_EQ(book.apply(event(id, id)), Applied::buffered);
  EXPECT_EQ(book.apply(snapshot(90)), Synced::too_old);
  EXPECT_EQ(book.apply(snapshot(98)), Synced::in_sync);
  EXPECT_EQ(applied_in(book), "100 99 ");
}

TEST(BinanceBookRules, say_which_events_follow_a_snapshot) {
  struct Row {
    const char* what;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> events;  // U, u; before the snapshot
    std::uint64_t snapshot;
    Synced synced;
    const char* applied;
    std::uint64_t update_id;
  };
  for (const Row& row : {
           Row{"nothing waits", {}, 100, Synced::in_sync, "", 100},
           Row{"u below lastUpdateId is dropped", {{90, 95}}, 100, Synced::in_sync, "", 100},
           Row{"u equal to lastUpdateId is dropped", {{96, 100}}, 100, Synced::in_sync, "", 100},
           Row{"U <= lastUpdateId + 1 <= u is the first", {{99, 101}}, 100, Synced::in_sync, "101 ", 101},
           Row{"U = lastUpdateId + 1 too", {{101, 103}}, 100, Synced::in_sync, "103 ", 103},
           Row{"U above that: too old", {{102, 103}}, 100, Synced::too_old, "", 0},
           Row{"drops some, applies the rest",
               {{95, 98}, {99, 102}, {103, 104}},
               100,
               Synced::in_sync,
               "104 102 ",
               104},
           Row{"newer than all", {{95, 98}, {99, 102}}, 200, Synced::in_sync, "", 200},
           Row{"what came before a gap is of no use", {{95, 98}, {103, 104}}, 97, Synced::too_old, "", 0},
           Row{"what came after a gap is", {{95, 98}, {103, 104}}, 102, Synced::in_sync, "104 ", 104},
           Row{"twice the same waits once",
               {{101, 102}, {101, 102}, {103, 103}},
               100,
               Synced::in_sync,
               "103 102 ",
               103},
           Row{"overlapping events wait both", {{101, 103}, {102, 105}}, 100, Synced::in_sync, "105 103 ", 105},
       }) {
    BinanceBook book;
    for (const auto& [first, last] : row.events) book.apply(event(first, last));
    EXPECT_EQ(book.apply(snapshot(row.snapshot)), row.synced) << row.what;
    EXPECT_EQ(book.is_in_sync(), row.synced == Synced::in_sync) << row.what;
    EXPECT_EQ(applied_in(book), row.applied) << row.what;
    EXPECT_EQ(book.update_id(), row.update_id) << row.what;
  }
}

TEST(BinanceBookRules, say_which_event_follows_another) {
  struct Row {
    std::uint64_t first;
    std::uint64_t last;
    Applied applied;
  };
  for (const Row& row : {
           Row{101, 101, Applied::change},     // U = previous u + 1
           Row{101, 150, Applied::change},     //
           Row{50, 101, Applied::change},      // an overlap: quantities are absolute
           Row{100, 100, Applied::duplicate},  // u = the last
           Row{90, 99, Applied::duplicate},    //
           Row{102, 102, Applied::gap},        // 101 is missing
           Row{200, 300, Applied::gap},        //
       }) {
    BinanceBook book;
    book.apply(snapshot(100));
    EXPECT_EQ(book.apply(event(row.first, row.last)), row.applied) << row.first << " " << row.last;
    EXPECT_EQ(book.is_in_sync(), row.applied != Applied::gap) << row.first << " " << row.last;
  }
}

TEST(KeptBinanceBook, waits_for_a_snapshot_before_anything_else) {
  BinanceBook book;
  EXPECT_FALSE(book.is_in_sync());
  EXPECT_EQ(book.update_id(), 0U);
  EXPECT_EQ(book.apply(event(1, 2)), Applied::buffered);
  EXPECT_EQ(book.best_bid(), std::nullopt);
  EXPECT_EQ(book.apply(snapshot(1)), Synced::in_sync);
  EXPECT_EQ(book.best_bid(), (Level{2, 1}));
  EXPECT_EQ(book.best_ask(), (Level{1000, 5}));
  EXPECT_EQ(book.timestamp(), 2);
}

TEST(KeptBinanceBook, sets_quantities_and_takes_away_what_is_zero) {
  BinanceBook book;
  book.apply(DepthSnapshot{.last_update_id = 1, .bids = {{99, 1}, {98, 2}}, .asks = {{101, 3}}});
  book.apply(
      DepthEvent{.symbol = {}, .first = 2, .last = 2, .time = 7, .bids = {{99, 0}, {97, 4}}, .asks = {{101, 5}}});
  EXPECT_THAT(book.bids(), ElementsAre(Level{98, 2}, Level{97, 4}));
  EXPECT_THAT(book.bids(1), ElementsAre(Level{98, 2}));
  EXPECT_THAT(book.asks(), ElementsAre(Level{101, 5}));
  book.apply(DepthEvent{.symbol = {}, .first = 3, .last = 3, .time = 8, .bids = {{12, 0}}, .asks = {}});
  EXPECT_TRUE(book.is_in_sync()) << "a price that was not there may be taken away";
}

TEST(KeptBinanceBook, keeps_the_event_behind_a_gap_for_the_next_snapshot) {
  BinanceBook book;
  book.apply(snapshot(100));
  EXPECT_EQ(book.apply(event(105, 106)), Applied::gap);
  EXPECT_EQ(book.apply(event(107, 107)), Applied::buffered);
  EXPECT_EQ(book.best_ask(), (Level{1000, 5})) << "the last known levels stay";
  EXPECT_EQ(book.apply(snapshot(103)), Synced::too_old);
  EXPECT_EQ(book.apply(snapshot(105)), Synced::in_sync);
  EXPECT_EQ(applied_in(book), "107 106 ");
}

TEST(KeptBinanceBook, forgets_what_waits_when_the_connection_is_lost) {
  BinanceBook book;
  book.apply(snapshot(100));
  book.apply(event(101, 101));
  book.lose_sync();
  EXPECT_FALSE(book.is_in_sync());
  EXPECT_EQ(book.best_bid(), (Level{101, 1}));
  EXPECT_EQ(book.apply(event(200, 201)), Applied::buffered);
  EXPECT_EQ(book.apply(snapshot(199)), Synced::in_sync);
  EXPECT_EQ(applied_in(book), "201 ");
}

TEST(KeptBinanceBook, keeps_no_more_than_ten_thousand_events_waiting) {
  BinanceBook book;
  for (std::uint64_t i = 1; i <= 10'002; ++i) book.apply(event(i, i));
  EXPECT_EQ(book.apply(snapshot(1)), Synced::too_old);
  EXPECT_EQ(book.apply(snapshot(2)), Synced::in_sync);
  EXPECT_EQ(book.update_id(), 10'002U);
}

}  // namespace
}  // namespace zenws::adapters
