// Against the real test.deribit.com, when DERIBIT_CLIENT_ID and DERIBIT_CLIENT_SECRET hold a key of it.
#include <cstdlib>

#include <gtest/gtest.h>

#include <zenws/adapters/deribit.hpp>

#include "support/eventually.hpp"

namespace zenws::adapters {
namespace {

constexpr const char* instrument = "BTC-PERPETUAL";

class RealDeribit : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("DERIBIT_CLIENT_ID") == nullptr || std::getenv("DERIBIT_CLIENT_SECRET") == nullptr) {
      GTEST_SKIP() << "set DERIBIT_CLIENT_ID and DERIBIT_CLIENT_SECRET to a key of test.deribit.com to run this";
    }
    auto connected = Deribit::connect(
        {.cancel_on_disconnect = true, .books = {.on_change = [](std::string_view, const DeribitBook&) {}}});
    ASSERT_TRUE(connected) << to_string(connected.error());
    deribit.emplace(*std::move(connected));
  }
  std::optional<Deribit> deribit;
};

TEST_F(RealDeribit, answers_the_public_calls) {
  EXPECT_TRUE(deribit->test());
  EXPECT_GT(deribit->get_time().value_or(0), 1'600'000'000'000);
  const auto ticker = deribit->ticker(instrument);
  ASSERT_TRUE(ticker) << to_string(ticker.error());
  EXPECT_GT(ticker->index_price, 0);
  EXPECT_TRUE(deribit->get_order_book(instrument));
}

TEST_F(RealDeribit, keeps_a_book) {
  const Result<> watched = deribit->watch_book(instrument);
  ASSERT_TRUE(watched) << to_string(watched.error());
  EXPECT_TRUE(testing::eventually([&] { return deribit->books().counts().changes > 10; }));
  EXPECT_EQ(deribit->books().counts().malformed, 0U);
}

TEST_F(RealDeribit, takes_and_cancels_an_order_far_from_the_market) {
  const auto ticker = deribit->ticker(instrument);
  ASSERT_TRUE(ticker) << to_string(ticker.error());
  const double far_below = static_cast<double>(static_cast<int>(ticker->mark_price / 2));
  const auto placed =
      deribit->buy({.instrument_name = instrument, .amount = 10, .price = far_below, .post_only = true});
  ASSERT_TRUE(placed) << to_string(placed.error());
  const auto cancelled = deribit->cancel(placed->order.order_id);
  ASSERT_TRUE(cancelled) << to_string(cancelled.error());
  EXPECT_EQ(cancelled->order_state, "cancelled");
  EXPECT_TRUE(deribit->get_account_summary("BTC"));
  EXPECT_TRUE(deribit->get_positions());
}

}  // namespace
}  // namespace zenws::adapters
