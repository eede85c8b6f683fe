// The adapter as its user sees it, against the simulator.
#include "support/binance.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/rate_limiter.hpp>

#include "support/eventually.hpp"

namespace zenws::adapters {
namespace {

using namespace std::chrono_literals;
using simulators::BinanceSimulator;
using simulators::SimulatedSide;
using testing::connect;
using ::testing::ElementsAre;
using testing::eventually;
using ::testing::HasSubstr;
using testing::is_same;
using testing::LogOf;
using testing::options_for;

class BinanceAdapter : public ::testing::Test {
 protected:
  BinanceSimulator simulator = testing::start_binance();
};

std::vector<std::string> many(std::size_t count, const std::string& suffix = "@trade") {
  std::vector<std::string> streams;
  streams.reserve(count);
  for (std::size_t i = 0; i < count; ++i) streams.push_back("s" + std::to_string(i) + suffix);
  return streams;
}

TEST_F(BinanceAdapter, subscribes_lists_and_unsubscribes) {
  Binance binance = connect(options_for(simulator));
  ASSERT_TRUE(binance.subscribe_and_wait({"btcusdt@trade", "ethusdt@trade"}));
  EXPECT_THAT(binance.list_subscriptions().value(), ElementsAre("btcusdt@trade", "ethusdt@trade"));
  ASSERT_TRUE(binance.unsubscribe({"btcusdt@trade"}));
  EXPECT_TRUE(eventually([&] {
    return binance.list_subscriptions().value() == std::vector<std::string>{"ethusdt@trade"};
  })) << "it is told in the background";
  EXPECT_EQ(binance.streams(), 1U);
  EXPECT_TRUE(binance.close());
  EXPECT_EQ(binance.list_subscriptions().error(), errc::not_connected);
}

TEST_F(BinanceAdapter, tells_trades_and_best_prices_to_the_handler) {
  LogOf<double> seen;
  BinanceOptions options = options_for(simulator);
  options.client.handler = [&](const Message& message) {
    if (const auto trade = binance::read_trade(message)) seen.add(trade->price);
    if (const auto ticker = binance::read_book_ticker(message)) seen.add(ticker->bid.price);
  };
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.subscribe_and_wait({"btcusdt@trade", "btcusdt@bookTicker"}));
  simulator.trade("BTCUSDT", 50'000.25, 1);
  simulator.set_level("BTCUSDT", SimulatedSide::buy, 49'999, 1);
  ASSERT_TRUE(seen.wait_for_size(2));
  EXPECT_THAT(seen.all(), ElementsAre(50'000.25, 49'999));
}

TEST_F(BinanceAdapter, leaves_messages_in_the_mailbox_without_a_handler) {
  BinanceOptions options = options_for(simulator);
  options.books.fetch = {};
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.subscribe_and_wait({"btcusdt@trade"}));
  simulator.trade("BTCUSDT", 1, 1);
  EXPECT_THAT(std::string{binance.client().receive(testing::patience)->text()}, HasSubstr("btcusdt@trade"));
}

TEST_F(BinanceAdapter, keeps_a_book_from_its_snapshot_on) {
  simulator.set_level("BTCUSDT", SimulatedSide::buy, 49'999, 1);
  LogOf<std::string> changes;
  BinanceOptions options = options_for(simulator);
  options.books.on_change = [&](std::string_view symbol, const BinanceBook& book) {
    changes.add(std::string{symbol} + " " + std::to_string(book.update_id()));
  };
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.watch_book("btcusdt"));
  ASSERT_TRUE(changes.wait_for("BTCUSDT 1")) << "though nothing has happened since";
  simulator.set_level("BTCUSDT", SimulatedSide::sell, 50'000, 2);
  ASSERT_TRUE(changes.wait_for("BTCUSDT 2"));
  EXPECT_EQ(binance.book("BTCUSDT")->best_bid(), (Level{49'999, 1}));
  EXPECT_EQ(binance.book("BTCUSDT")->best_ask(), (Level{50'000, 2}));
  EXPECT_THAT(simulator.subscriptions(1), ElementsAre("btcusdt@depth@100ms"));
  ASSERT_TRUE(binance.unwatch_book("BTCUSDT"));
  EXPECT_EQ(binance.book("BTCUSDT"), std::nullopt);
  EXPECT_EQ(binance.streams(), 0U);
}

TEST_F(BinanceAdapter, keeps_no_book_without_a_way_to_fetch_snapshots) {
  BinanceOptions options = options_for(simulator);
  options.books.fetch = {};
  Binance binance = connect(std::move(options));
  EXPECT_EQ(binance.watch_book("BTCUSDT").error(), errc::invalid_config);
  EXPECT_EQ(binance.streams(), 0U);
}

TEST_F(BinanceAdapter, refuses_a_1025th_stream_before_anything_is_sent) {
  Binance binance = connect(options_for(simulator));
  const auto refused = binance.subscribe_and_wait(many(1025));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::invalid_config);
  EXPECT_THAT(std::string{refused.error().detail()}, HasSubstr("1025 streams"));
  EXPECT_EQ(simulator.server().received_count(), 0U);
  ASSERT_TRUE(binance.subscribe_and_wait(many(1024)));
  const std::uint64_t sent = simulator.server().received_count();
  EXPECT_EQ(binance.subscribe({"one@more"}).error(), errc::invalid_config);
  EXPECT_EQ(binance.watch_book("BTCUSDT").error(), errc::invalid_config);
  EXPECT_EQ(binance.book("BTCUSDT"), std::nullopt);
  EXPECT_TRUE(binance.subscribe({"s7@trade"})) << "it is one of them";
  ASSERT_TRUE(binance.unsubscribe({"s8@trade"}));
  EXPECT_TRUE(binance.subscribe_and_wait({"one@more"}));
  EXPECT_GT(simulator.server().received_count(), sent);
  EXPECT_EQ(simulator.subscriptions(1).size(), 1024U);
  EXPECT_THAT(simulator.disconnects(), ElementsAre());
}

TEST_F(BinanceAdapter, counts_the_streams_of_its_url) {
  BinanceOptions options = options_for(simulator);
  options.url = simulator.url("/stream?streams=btcusdt@trade/ethusdt@trade&timeUnit=MICROSECOND");
  Binance binance = connect(std::move(options));
  EXPECT_EQ(binance.streams(), 2U);
  EXPECT_THAT(binance.list_subscriptions().value(), ElementsAre("btcusdt@trade", "ethusdt@trade"));
  EXPECT_EQ(binance.subscribe(many(1023)).error(), errc::invalid_config);
  BinanceOptions raw = options_for(simulator);
  raw.url = simulator.url("/ws/btcusdt@trade");
  EXPECT_EQ(connect(std::move(raw)).streams(), 1U);
  BinanceOptions too_many = options_for(simulator);
  too_many.url = simulator.url("/stream?streams=");
  for (const std::string& stream : many(1025)) too_many.url += stream + "/";
  EXPECT_EQ(Binance::connect(too_many).error(), errc::invalid_config);
}

TEST_F(BinanceAdapter, keeps_books_on_raw_streams_too) {
  BinanceOptions options = options_for(simulator);
  options.url = simulator.url("/ws");
  Binance binance = connect(std::move(options));
  ASSERT_TRUE(binance.watch_book("BTCUSDT", ""));
  EXPECT_THAT(simulator.subscriptions(1), ElementsAre("btcusdt@depth"));
  simulator.set_level("BTCUSDT", SimulatedSide::buy, 49'999, 1);
  EXPECT_TRUE(eventually([&] { return is_same(*binance.book("BTCUSDT"), simulator.book("BTCUSDT")); }));
}

TEST(BinanceLimiter, lets_at_most_four_messages_pass_in_any_second) {
  const RateLimiterOptions settings = binance::streams_limiter();
  const auto refills = std::chrono::seconds{1} / settings.refill_interval;
  EXPECT_LE(settings.tokens + settings.refill_rate * static_cast<std::uint64_t>(refills), 4U);
  EXPECT_GE(settings.max_queue_size, binance::most_streams) << "streams subscribed one by one still have room";
}

}  // namespace
}  // namespace zenws::adapters
