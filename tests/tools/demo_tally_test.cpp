// What the demo counts and measures, and how its numbers are shown.
#include "servers/demo_tally.hpp"

#include <gtest/gtest.h>

#include <zenws/json.hpp>

#include "servers/trade_source.hpp"
#include "support/t0.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<std::chrono::nanoseconds>;
using test::t0;

class DemoTallyTest : public ::testing::Test {
 protected:
  void hear(std::string_view text, DemoTally::Clock::time_point now = t0) {
    const simdjson::dom::element json = parser_.parse(simdjson::padded_string{text});
    tally_.on_message({json, text}, now);
  }
  void trade(TradeSource& source, DemoTally::Clock::time_point now = t0) {
    hear(source.next(std::chrono::system_clock::time_point{5s}), now);
  }
  static void miss(TradeSource& source, int number) {
    for (int i = 0; i < number; ++i) (void)source.next(std::chrono::system_clock::time_point{5s});
  }
  TradeSource bitcoin_{"trades.BTC-PERPETUAL.raw", 1};
  TradeSource ether_{"trades.ETH-PERPETUAL.raw", 2};
  simdjson::dom::parser parser_;
  DemoTally tally_;
};

TEST_F(DemoTallyTest, counts_trades_and_keeps_the_latest) {
  EXPECT_EQ(tally_.latest_trade(), std::nullopt);
  for (int i = 0; i < 3; ++i) trade(bitcoin_);
  hear(R"({"method":"heartbeat"})");
  EXPECT_EQ(tally_.trades(), 3U);
  EXPECT_EQ(tally_.latest_trade()->instrument, "BTC-PERPETUAL");
  EXPECT_EQ(tally_.latest_trade()->timestamp, 5000);
  EXPECT_EQ(tally_.latest_trade()->sequence, 3U);
}

TEST_F(DemoTallyTest, measures_an_outage_by_its_time_and_by_the_trades_of_all_channels) {
  trade(bitcoin_, t0);
  trade(ether_, t0 + 1ms);
  EXPECT_TRUE(tally_.flows());
  tally_.on_loss();
  EXPECT_FALSE(tally_.flows());
  EXPECT_EQ(tally_.losses(), 1U);
  miss(bitcoin_, 4);
  miss(ether_, 3);
  trade(bitcoin_, t0 + 301ms);
  EXPECT_FALSE(tally_.flows()) << "the other channel is still silent";
  trade(ether_, t0 + 302ms);
  EXPECT_TRUE(tally_.flows());
  ASSERT_EQ(tally_.outages().size(), 1U);
  EXPECT_EQ(tally_.outages()[0].time, 300ms);
  EXPECT_EQ(tally_.outages()[0].missed, 7U);
  EXPECT_EQ(tally_.missed(), 7U);
  EXPECT_EQ(tally_.trades(), 4U);
  EXPECT_EQ(tally_.wrong(), 0U);
}

TEST_F(DemoTallyTest, finds_a_gap_without_a_loss_wrong) {
  trade(bitcoin_);
  miss(bitcoin_, 1);
  trade(bitcoin_);
  EXPECT_EQ(tally_.wrong(), 1U);
  EXPECT_EQ(tally_.missed(), 0U);
  EXPECT_TRUE(tally_.outages().empty());
}

TEST_F(DemoTallyTest, has_nothing_to_lose_before_the_first_trade) {
  tally_.on_loss();
  trade(bitcoin_);
  EXPECT_TRUE(tally_.outages().empty());
}

TEST_F(DemoTallyTest, sorts_round_trips) {
  for (const auto time : {5ms, 1ms, 3ms}) tally_.on_round_trip(time);
  EXPECT_EQ(tally_.round_trips(), (Times{1ms, 3ms, 5ms}));
}

TEST(Percentile, is_the_sample_at_the_rounded_rank) {
  EXPECT_EQ(percentile({10ns, 20ns, 30ns, 40ns}, 50), 30ns);
  EXPECT_EQ(percentile({10ns, 20ns, 30ns}, 50), 20ns);
  EXPECT_EQ(percentile({10ns}, 99), 10ns);
  EXPECT_EQ(percentile({10ns, 20ns}, 100), 20ns);
}

}  // namespace
}  // namespace zenws::program
