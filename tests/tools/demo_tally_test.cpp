// What the demo counts and measures, and how its numbers are shown.
#include "demo_tally.hpp"

#include <gtest/gtest.h>

#include <zenws/json.hpp>

#include "trade_source.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<std::chrono::nanoseconds>;
constexpr DemoTally::Clock::time_point t0{1000s};

class DemoTallyTest : public ::testing::Test {
 protected:
  void hear(std::string_view text) {
    const simdjson::dom::element json = parser_.parse(simdjson::padded_string{text});
    tally_.on_message({json, text});
  }
  void answered(std::string_view text, DemoTally::Clock::time_point now) {
    const simdjson::dom::element json = parser_.parse(simdjson::padded_string{text});
    tally_.on_response({json, text}, now);
  }
  simdjson::dom::parser parser_;
  DemoTally tally_;
};

TEST_F(DemoTallyTest, counts_trades_and_keeps_the_latest) {
  TradeSource source{"trades.BTC-PERPETUAL.raw", 1};
  EXPECT_EQ(tally_.latest_trade(), std::nullopt);
  for (int i = 0; i < 3; ++i) hear(source.next(std::chrono::system_clock::time_point{5s}));
  hear(R"({"method":"heartbeat"})");
  EXPECT_EQ(tally_.trades(), 3U);
  EXPECT_EQ(tally_.latest_trade()->instrument, "BTC-PERPETUAL");
  EXPECT_EQ(tally_.latest_trade()->timestamp, 5000);
}

TEST_F(DemoTallyTest, measures_requests_by_their_id) {
  EXPECT_EQ(tally_.begin_request(t0), 1U);
  EXPECT_EQ(tally_.begin_request(t0 + 1ms), 2U);
  answered(R"({"id":2,"result":{}})", t0 + 2ms);
  answered(R"({"id":1,"result":{}})", t0 + 5ms);
  answered(R"({"id":1,"result":{}})", t0 + 9ms);  // twice is once
  answered(R"({"id":3,"result":{}})", t0 + 9ms);  // never asked
  EXPECT_EQ(tally_.round_trips(), (Times{1ms, 5ms}));
}

TEST_F(DemoTallyTest, keeps_the_confirmed_channels_apart) {
  EXPECT_EQ(tally_.begin_request(t0), 1U);
  answered(R"({"id":1,"result":["a","b"]})", t0 + 1ms);
  EXPECT_EQ(tally_.confirmed(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(tally_.round_trips().empty());
}

TEST_F(DemoTallyTest, takes_an_error_for_no_round_trip) {
  EXPECT_EQ(tally_.begin_request(t0), 1U);
  answered(R"({"id":1,"error":{"code":-32601}})", t0 + 1ms);
  EXPECT_TRUE(tally_.round_trips().empty());
}

TEST(Percentile, is_the_sample_at_the_rounded_rank) {
  EXPECT_EQ(percentile({10ns, 20ns, 30ns, 40ns}, 50), 30ns);
  EXPECT_EQ(percentile({10ns, 20ns, 30ns}, 50), 20ns);
  EXPECT_EQ(percentile({10ns}, 99), 10ns);
  EXPECT_EQ(percentile({10ns, 20ns}, 100), 20ns);
}

TEST(Grouped, has_a_comma_before_each_three_digits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

}  // namespace
}  // namespace zenws::program
