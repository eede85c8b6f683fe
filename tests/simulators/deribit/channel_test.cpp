#include "simulators/deribit/channel.hpp"

#include <gtest/gtest.h>

namespace zenws::simulators::deribit {
namespace {

using Kind = Channel::Kind;

TEST(DeribitChannel, names_an_instrument_and_an_interval) {
  const auto channel = read_channel("book.BTC-PERPETUAL.100ms");
  ASSERT_TRUE(channel);
  EXPECT_EQ(channel->kind, Kind::book);
  EXPECT_EQ(channel->instrument, "BTC-PERPETUAL");
  EXPECT_FALSE(channel->is_raw);
  EXPECT_FALSE(channel->is_private());
  EXPECT_TRUE(read_channel("trades.BTC-PERPETUAL.raw")->is_raw);
  EXPECT_EQ(read_channel("quote.BTC-PERPETUAL")->kind, Kind::quote);
}

TEST(DeribitChannel, of_a_books_top_names_group_and_depth) {
  const auto channel = read_channel("book.BTC-PERPETUAL.none.10.100ms");
  ASSERT_TRUE(channel);
  EXPECT_EQ(channel->kind, Kind::book_top);
  EXPECT_EQ(channel->depth, 10U);
  EXPECT_FALSE(read_channel("book.BTC-PERPETUAL.none.11.100ms"));
  EXPECT_FALSE(read_channel("book.BTC-PERPETUAL.none.10.raw"));
}

TEST(DeribitChannel, of_the_user_is_private) {
  EXPECT_TRUE(read_channel("user.orders.BTC-PERPETUAL.raw")->is_private());
  const auto any = read_channel("user.trades.any.any.raw");
  ASSERT_TRUE(any);
  EXPECT_EQ(any->kind, Kind::user_trades);
  EXPECT_TRUE(any->is_about("ETH-PERPETUAL"));
  EXPECT_FALSE(read_channel("user.secrets.any.any.raw"));
}

TEST(DeribitChannel, is_nothing_else) {
  for (const char* name : {"", ".", "book", "book.", "book.X", "book.X.1s", "trades.X", "quote.X.raw", "user",
                           "user.orders", "user.orders.X", "user.orders.a.b.raw", "book.X.none.10.100ms.more"}) {
    EXPECT_FALSE(read_channel(name)) << name;
  }
}

}  // namespace
}  // namespace zenws::simulators::deribit
