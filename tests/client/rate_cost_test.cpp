// What each venue's requests cost, and texts that are none.
#include <gtest/gtest.h>

#include <zenws/rate_limiter.hpp>

namespace zenws::rate_cost {
namespace {

std::string request(std::string_view method) {
  return R"({"id":1,"params":{},"method":")" + std::string{method} + "\"}";
}

TEST(RateCostDeribit, goes_by_the_method) {
  const std::pair<const char*, std::uint64_t> costs[] = {{"public/test", 1},
                                                         {"public/subscribe", 1},
                                                         {"private/get_positions", 5},
                                                         {"private/set_heartbeat", 10},
                                                         {"private/buy", 15},
                                                         {"private/sell", 15},
                                                         {"private/cancel", 5},
                                                         {"private/buy_later", 5},
                                                         {"publicly", 5},
                                                         {"", 5}};
  for (const auto& [method, cost] : costs) EXPECT_EQ(deribit(request(method)), cost) << method;
}

TEST(RateCostBinance, is_double_for_klines) {
  EXPECT_EQ(binance(request("klines")), 2U);
  EXPECT_EQ(binance(request("SUBSCRIBE")), 1U);
  EXPECT_EQ(binance(request("klines2")), 1U);
}

TEST(RateCost, of_a_text_without_a_method_is_that_of_anything_else) {
  for (const char* text :
       {"", "public/test", "klines", "{}", R"({"method":1})", R"(["public/test"])", R"({"method")"}) {
    EXPECT_EQ(deribit(text), 5U) << text;
    EXPECT_EQ(binance(text), 1U) << text;
    EXPECT_EQ(simple(text), 1U) << text;
  }
}

}  // namespace
}  // namespace zenws::rate_cost
