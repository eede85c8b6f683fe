// What may be written behind connect's options.
#include "command_line/option_values.hpp"

#include <limits>

#include <gtest/gtest.h>

#include <zenws/options.hpp>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;

TEST(ParseRetries, takes_a_number_or_unlimited) {
  EXPECT_EQ(parse_retries("0"), 0);
  EXPECT_EQ(parse_retries("12"), 12);
  EXPECT_EQ(parse_retries("unlimited"), unlimited);
  for (const char* const wrong : {"", "-1", "1.5", "ten", "3 ", "99999999999"}) {
    EXPECT_EQ(parse_retries(wrong), std::nullopt) << wrong;
  }
}

TEST(ParseHeartbeat, takes_a_type_and_seconds_or_a_time_with_its_unit) {
  EXPECT_EQ(parse_heartbeat("ping_pong")->type, HeartbeatType::ping_pong);
  EXPECT_EQ(parse_heartbeat("ping_pong")->interval, 0ms) << "the library's default";
  EXPECT_EQ(parse_heartbeat("deribit:10")->type, HeartbeatType::deribit);
  EXPECT_EQ(parse_heartbeat("deribit:10")->interval, 10s);
  EXPECT_EQ(parse_heartbeat("binance:0.5")->interval, 500ms);
  EXPECT_EQ(parse_heartbeat("ping_pong:250ms")->interval, 250ms);
}

TEST(ParseHeartbeat, refuses_anything_else) {
  for (const char* const wrong : {"", "pingpong", "custom", "disabled", "ping_pong:", "ping_pong:0", "ping_pong:-1",
                                  "ping_pong:soon", "ping_pong:1:2", ":10"}) {
    EXPECT_FALSE(parse_heartbeat(wrong)) << wrong;
  }
}

TEST(ParseRateLimit, takes_a_number_and_an_interval) {
  const auto limit = parse_rate_limit("20/1s");
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->tokens, 20U);
  EXPECT_EQ(limit->refill_rate, 20U);
  EXPECT_EQ(limit->refill_interval, 1s);
  EXPECT_EQ(parse_rate_limit("5/100ms")->refill_interval, 100ms);
  EXPECT_EQ(parse_rate_limit("300/5m")->refill_interval, 5min);
  EXPECT_EQ(parse_rate_limit("5/2")->refill_interval, 2s);
  EXPECT_TRUE(RateLimiter::create(*limit));
  EXPECT_TRUE(RateLimiter::create(*parse_rate_limit("1/8760h")));
}

TEST(ParseRateLimit, refuses_anything_else) {
  for (const char* const wrong : {"", "20", "20/", "/1s", "0/1s", "-5/1s", "1.5/1s", "20/0s", "20/soon", "1/2/3s"}) {
    EXPECT_FALSE(parse_rate_limit(wrong)) << wrong;
  }
}

TEST(ParseDialect, knows_the_venues) {
  const std::vector<std::string> channels{"a"};
  EXPECT_NE(parse_dialect("deribit")->subscribe(channels, 1).find("public/subscribe"), std::string::npos);
  EXPECT_NE(parse_dialect("binance")->subscribe(channels, 1).find("SUBSCRIBE"), std::string::npos);
  EXPECT_EQ(parse_dialect("kraken"), nullptr);
}

TEST(ParseSpeed, takes_a_factor_or_max) {
  EXPECT_EQ(parse_speed("10"), 10);
  EXPECT_EQ(parse_speed("0.5"), 0.5);
  EXPECT_EQ(parse_speed("max"), std::numeric_limits<double>::infinity());
}

TEST(ParseSpeed, refuses_anything_else) {
  for (const char* const wrong : {"", "0", "-1", "fast", "10x", "inf", "nan", " 1", "1e3"}) {
    EXPECT_EQ(parse_speed(wrong), std::nullopt) << wrong;
  }
}

TEST(ParseDirection, knows_both) {
  EXPECT_EQ(parse_direction("in"), RecordedEntry::Direction::in);
  EXPECT_EQ(parse_direction("out"), RecordedEntry::Direction::out);
  EXPECT_EQ(parse_direction("both"), std::nullopt);
}

}  // namespace
}  // namespace zenws::program
