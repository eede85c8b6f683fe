// The keeper with snapshots that come when the test wants them, on whatever thread.
#include <atomic>
#include <deque>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/binance_book.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/parsed_json.hpp"

namespace zenws::adapters {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::eventually;
using ::testing::HasSubstr;
using testing::LogOf;

using Done = std::move_only_function<void(Result<std::string>)>;

class BinanceKeeper : public ::testing::Test {
 protected:
  BinanceBookKeeperOptions settings() {
    return {.fetch =
                [this](const std::string& symbol, Done done) {
                  {
                    const std::lock_guard lock{mutex};
                    waiting.push_back(std::move(done));
                  }
                  asked.add(symbol);  // who waits for it may take what waits
                },
            .on_change =
                [this](std::string_view symbol, const BinanceBook& book) {
                  changes.add(std::string{symbol} + " " + std::to_string(book.update_id()));
                },
            .on_gap = [this](std::string_view symbol) { gaps.add(std::string{symbol}); },
            .on_failure = [this](std::string_view symbol,
                                 const Error& error) { failures.add(std::string{symbol} + ": " + to_string(error)); },
            .retry_delay = 1ms,
            .max_backoff = 2ms};
  }
  bool take(const std::string& text) {
    const test::ParsedJson json{text};
    return keeper.take(JsonMessage{*json, text});
  }
  bool event(int first, int last, const char* symbol = "BTCUSDT") {
    return take(R"({"stream":"x","data":{"e":"depthUpdate","s":")" + std::string{symbol} + R"(","U":)" +
                std::to_string(first) + R"(,"u":)" + std::to_string(last) + R"(,"b":[["1","1"]],"a":[]}})");
  }
  Done next() {
    const std::lock_guard lock{mutex};
    Done done = std::move(waiting.front());
    waiting.pop_front();
    return done;
  }
  // A keeper whose book has got its snapshot.
  void keep_by(std::optional<BinanceBookKeeper>& held, BinanceBookKeeperOptions how) {
    held.emplace(std::move(how));
    held->watch("BTCUSDT");
    held->sync("BTCUSDT");
    next()(snapshot(6));
  }
  static std::string snapshot(int id) {
    return R"({"lastUpdateId":)" + std::to_string(id) + R"(,"bids":[["2","2"]],"asks":[]})";
  }
  [[nodiscard]] bool is_in_sync() const { return keeper.book("BTCUSDT")->is_in_sync(); }

  LogOf<std::string> asked;
  LogOf<std::string> changes;
  LogOf<std::string> gaps;
  LogOf<std::string> failures;
  std::mutex mutex;
  std::deque<Done> waiting;
  BinanceBookKeeper keeper{settings()};
};

TEST_F(BinanceKeeper, takes_depth_events_of_watched_symbols_and_nothing_else) {
  keeper.watch("btcusdt");
  EXPECT_THAT(keeper.symbols(), ElementsAre("BTCUSDT"));
  EXPECT_TRUE(event(1, 1));
  EXPECT_FALSE(event(1, 1, "ETHUSDT"));
  EXPECT_FALSE(take(R"({"e":"trade","s":"BTCUSDT","t":1})"));
  EXPECT_FALSE(take("[1]"));
  EXPECT_EQ(keeper.book("ETHUSDT"), std::nullopt);
}

TEST_F(BinanceKeeper, tells_of_a_book_that_grows_too_deep_as_of_a_gap_and_names_the_limit) {
  BinanceBookKeeperOptions small = settings();
  small.most_levels = 1;
  keeper = BinanceBookKeeper{small};
  keeper.watch("BTCUSDT");
  event(5, 5);
  next()(snapshot(5));
  ASSERT_TRUE(is_in_sync());
  event(6, 6);  // another price
  EXPECT_FALSE(is_in_sync());
  EXPECT_THAT(gaps.all(), ElementsAre("BTCUSDT"));
  ASSERT_THAT(failures.all(), ElementsAre(HasSubstr("most_levels, 1")));
  EXPECT_EQ(asked.size(), 2U);
  next()(R"({"lastUpdateId":6,"bids":[["2","2"],["3","3"]],"asks":[]})");
  ASSERT_TRUE(failures.wait_for_size(2));
  ASSERT_TRUE(asked.wait_for_size(3)) << "after a delay";
  EXPECT_FALSE(is_in_sync());
  next()(snapshot(6));
  EXPECT_TRUE(eventually([&] { return is_in_sync(); }));
  EXPECT_EQ(keeper.counts().too_deep, 2U);
}

TEST_F(BinanceKeeper, fetches_at_the_first_event_and_once) {
  keeper.watch("BTCUSDT");
  EXPECT_EQ(asked.size(), 0U);
  event(5, 6);
  event(7, 7);
  keeper.sync("BTCUSDT");
  EXPECT_THAT(asked.all(), ElementsAre("BTCUSDT"));
  next()(snapshot(5));
  EXPECT_THAT(changes.all(), ElementsAre("BTCUSDT 7")) << "told once, with what waited";
  event(8, 9);
  EXPECT_THAT(changes.all(), ElementsAre("BTCUSDT 7", "BTCUSDT 9"));
  EXPECT_EQ(keeper.counts(), (BinanceBookCounts{.snapshots = 1, .changes = 1}));
}

TEST_F(BinanceKeeper, fetches_without_an_event_when_told_that_the_stream_is_there) {
  keeper.watch("BTCUSDT");
  keeper.sync("btcusdt");
  next()(snapshot(5));
  EXPECT_TRUE(is_in_sync());
  keeper.sync("BTCUSDT");
  keeper.sync("ETHUSDT");
  EXPECT_EQ(asked.size(), 1U) << "in sync, and not watched";
}

TEST_F(BinanceKeeper, takes_a_snapshot_from_another_thread) {
  keeper.watch("BTCUSDT");
  event(5, 6);
  std::thread{[done = next()]() mutable { done(snapshot(5)); }}.join();
  EXPECT_TRUE(is_in_sync());
}

TEST_F(BinanceKeeper, fetches_again_after_a_gap_and_only_that_book) {
  keeper.watch("BTCUSDT");
  keeper.watch("ETHUSDT");
  for (const char* symbol : {"BTCUSDT", "ETHUSDT"}) {
    event(5, 6, symbol);
    next()(snapshot(5));
  }
  event(9, 9);
  event(11, 11);
  EXPECT_FALSE(is_in_sync());
  EXPECT_TRUE(keeper.book("ETHUSDT")->is_in_sync());
  EXPECT_THAT(gaps.all(), ElementsAre("BTCUSDT"));
  EXPECT_THAT(asked.all(), ElementsAre("BTCUSDT", "ETHUSDT", "BTCUSDT"));
  next()(snapshot(10));
  EXPECT_TRUE(is_in_sync());
  EXPECT_EQ(keeper.book("BTCUSDT")->update_id(), 11U);
}

TEST_F(BinanceKeeper, treats_an_event_that_it_cannot_read_as_a_gap) {
  keeper.watch("BTCUSDT");
  event(5, 6);
  next()(snapshot(6));
  EXPECT_TRUE(take(R"({"e":"depthUpdate","s":"BTCUSDT","U":7,"u":7,"b":[["x","1"]],"a":[]})"));
  EXPECT_FALSE(is_in_sync());
  EXPECT_EQ(asked.size(), 2U);
  EXPECT_EQ(keeper.counts().malformed, 1U);
}

TEST_F(BinanceKeeper, fetches_another_when_a_snapshot_is_too_old) {
  keeper.watch("BTCUSDT");
  event(5, 6);
  next()(snapshot(3));
  ASSERT_TRUE(asked.wait_for_size(2));
  next()(snapshot(4));
  EXPECT_TRUE(eventually([&] { return is_in_sync(); }));
  EXPECT_EQ(keeper.counts().too_old, 1U);
  EXPECT_EQ(failures.size(), 0U);
}

TEST_F(BinanceKeeper, tells_of_failures_and_tries_again) {
  auto how = settings();
  int times = 0;
  how.fetch = [&](const std::string& symbol, Done done) {
    asked.add(symbol);
    switch (++times) {
      case 1:
        return done(std::unexpected{Error{errc::timeout, Phase::none, "no answer"}});
      case 2:
        return;  // and drops it
      case 3:
        return done("no JSON");
      default:
        return done(snapshot(6));
    }
  };
  keeper = BinanceBookKeeper{how};
  keeper.watch("BTCUSDT");
  event(5, 6);
  EXPECT_TRUE(eventually([&] { return is_in_sync(); }));
  ASSERT_EQ(failures.size(), 3U);
  EXPECT_THAT(failures.all()[0], HasSubstr("BTCUSDT: "));
  EXPECT_THAT(failures.all()[0], HasSubstr("no answer"));
  EXPECT_THAT(failures.all()[1], HasSubstr("never given"));
  EXPECT_THAT(failures.all()[2], HasSubstr("not JSON"));
  EXPECT_EQ(keeper.counts().failures, 3U);
}

TEST_F(BinanceKeeper, drops_a_snapshot_that_belongs_to_a_lost_connection) {
  keeper.watch("BTCUSDT");
  event(5, 6);
  Done old = next();
  keeper.lost();
  event(20, 21);
  old(snapshot(30));
  EXPECT_FALSE(is_in_sync());
  next()(snapshot(20));
  EXPECT_TRUE(is_in_sync());
  keeper.lost();
  EXPECT_FALSE(is_in_sync());
  EXPECT_EQ(keeper.book("BTCUSDT")->update_id(), 21U) << "the last known stays";
}

TEST_F(BinanceKeeper, lets_go_of_a_book) {
  keeper.watch("BTCUSDT");
  event(5, 6);
  Done done = next();
  keeper.forget("btcusdt");
  done(snapshot(6));
  EXPECT_EQ(keeper.book("BTCUSDT"), std::nullopt);
  EXPECT_FALSE(event(7, 7));
  EXPECT_EQ(changes.size(), 0U);
}

TEST_F(BinanceKeeper, keeps_nothing_without_a_way_to_fetch) {
  keeper = BinanceBookKeeper{};
  keeper.watch("BTCUSDT");
  EXPECT_FALSE(event(1, 1));
}

TEST_F(BinanceKeeper, is_gone_only_when_a_call_under_way_has_ended) {
  std::promise<void> is_telling;
  std::promise<void> go_on;
  std::atomic<bool> has_told{false};
  auto how = settings();
  how.on_change = [&](std::string_view, const BinanceBook&) {
    is_telling.set_value();
    go_on.get_future().wait();
    has_told = true;
  };
  auto held = std::optional{BinanceBookKeeper{how}};
  held->watch("BTCUSDT");
  held->sync("BTCUSDT");
  std::thread fetcher{[done = next()]() mutable { done(snapshot(6)); }};
  is_telling.get_future().wait();
  std::thread release{[&] { go_on.set_value(); }};
  held.reset();
  EXPECT_TRUE(has_told);
  release.join();
  fetcher.join();
}

TEST_F(BinanceKeeper, may_go_where_it_tells) {
  auto how = settings();
  std::optional<BinanceBookKeeper> held;
  how.on_change = [&](std::string_view symbol, const BinanceBook&) {
    changes.add(std::string{symbol});
    held.reset();
  };
  keep_by(held, how);
  EXPECT_EQ(changes.size(), 1U);
}

TEST_F(BinanceKeeper, may_go_where_it_tells_of_a_message_that_it_was_given) {
  auto how = settings();
  std::optional<BinanceBookKeeper> held;
  how.on_gap = [&](std::string_view symbol) {
    gaps.add(std::string{symbol});
    held.reset();
  };
  keep_by(held, how);
  const test::ParsedJson json{R"({"e":"depthUpdate","s":"BTCUSDT","U":20,"u":21,"b":[],"a":[]})"};
  EXPECT_TRUE(held->take(JsonMessage{*json, "{}"}));
  EXPECT_EQ(gaps.size(), 1U);
  EXPECT_FALSE(held);
}

TEST_F(BinanceKeeper, may_go_before_a_snapshot_comes) {
  keeper.watch("BTCUSDT");
  event(5, 6);
  Done done = next();
  keeper = BinanceBookKeeper{};
  done(snapshot(6));
  EXPECT_EQ(changes.size(), 0U);
}

}  // namespace
}  // namespace zenws::adapters
