// The small venue's answers, and that each client hears only what it asked for.
#include "servers/market_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>

#include "support/t0.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using test::t0;
using ::testing::HasSubstr;

class MarketFeedTest : public ::testing::Test {
 protected:
  std::string ask(std::string text, std::uint64_t connection = 1) {
    return feed_.answer({.connection = connection, .binary = false, .payload = std::move(text)});
  }
  MarketFeed feed_{{"trades.A.raw", "trades.B.raw"}, 10, t0};
};

TEST_F(MarketFeedTest, confirms_the_channels_that_there_are) {
  EXPECT_EQ(ask(R"({"id":7,"method":"public/subscribe","params":{"channels":["trades.A.raw","nope","trades.B.raw"]}})"),
            R"({"jsonrpc":"2.0","id":7,"result":["trades.A.raw","trades.B.raw"]})");
  EXPECT_EQ(ask(R"({"id":"s","method":"public/subscribe","params":{"channels":["nope"]}})"),
            R"({"jsonrpc":"2.0","id":"s","result":[]})");
  EXPECT_EQ(ask(R"({"id":8,"method":"public/unsubscribe","params":{"channels":["trades.A.raw"]}})"),
            R"({"jsonrpc":"2.0","id":8,"result":["trades.A.raw"]})");
}

TEST_F(MarketFeedTest, answers_test_and_get_time) {
  EXPECT_THAT(ask(R"({"id":1,"method":"public/test"})"), HasSubstr(R"("id":1,"result":{"version")"));
  EXPECT_THAT(ask(R"({"id":2,"method":"public/get_time"})"), HasSubstr(R"("id":2,"result":1)"));
}

TEST_F(MarketFeedTest, answers_what_it_does_not_understand_with_an_error) {
  EXPECT_THAT(ask("not json"), HasSubstr(R"("id":null,"error":{"code":-32700)"));
  EXPECT_THAT(ask("[1,2]"), HasSubstr("-32600"));
  EXPECT_THAT(ask(R"({"id":3})"), HasSubstr(R"("id":3,"error":{"code":-32600)"));
  EXPECT_THAT(ask(R"({"id":4,"method":"private/buy"})"), HasSubstr(R"("id":4,"error":{"code":-32601)"));
  EXPECT_THAT(ask(R"({"id":5,"method":"public/subscribe"})"), HasSubstr("-32602"));
  EXPECT_THAT(ask(R"({"id":6,"method":"public/subscribe","params":{"channels":[1]}})"), HasSubstr("-32602"));
  EXPECT_THAT(feed_.answer({.connection = 1, .binary = true, .payload = "{}"}), HasSubstr("-32700"));
}

// Two clients on a real server; each hears only what it asked for.
class MarketFeedOnTheWire : public MarketFeedTest {
 protected:
  void SetUp() override {
    server_ = testing::Server::start({.script = feed_.script()});
    ASSERT_TRUE(server_);
  }
  Client subscribe(std::string_view channel) {
    auto client = Client::connect(server_->url(), {.decode_json = false}).value();
    const std::string request = R"({"id":1,"method":"public/subscribe","params":{"channels":[")";
    EXPECT_TRUE(client.send_message(request + std::string{channel} + "\"]}}"));
    EXPECT_THAT(client.receive(10s).value().text(), HasSubstr(R"("result":[")"));
    return client;
  }
  // Declared behind feed_, so that it ends before it.
  Result<testing::Server> server_ = std::unexpected{Error{errc::closed}};
};

TEST_F(MarketFeedOnTheWire, sends_trades_to_subscribers_only) {
  Client a = subscribe("trades.A.raw");
  Client b = subscribe("trades.B.raw");
  feed_.publish(*server_, t0 + 300ms);  // due at 0, 100, 200 and 300 ms
  EXPECT_EQ(feed_.published(), 4U);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(a.receive(10s).value().text(), HasSubstr("trades.A.raw"));
    EXPECT_THAT(b.receive(10s).value().text(), HasSubstr("trades.B.raw"));
  }
  EXPECT_FALSE(a.receive(0ms));
  EXPECT_FALSE(b.receive(0ms));
}

TEST_F(MarketFeedOnTheWire, spends_the_whole_rate_on_the_channels_that_are_wanted) {
  Client a = subscribe("trades.A.raw");
  feed_.publish(*server_, t0 + 900ms);
  EXPECT_EQ(feed_.published(), 10U);
  EXPECT_EQ(feed_.next_due(t0 + 900ms), t0 + 1s);
}

TEST_F(MarketFeedOnTheWire, makes_no_trades_for_nobody) {
  {
    Client a = subscribe("trades.A.raw");
    ASSERT_TRUE(a.close());
  }
  feed_.publish(*server_, t0);  // finds out that the client left
  const std::uint64_t before = feed_.published();
  feed_.publish(*server_, t0 + 900ms);
  EXPECT_EQ(feed_.published(), before);
}

TEST(MarketFeed, trades_on_unheard_when_told_to) {
  MarketFeed feed{{"trades.A.raw"}, 10, t0, MarketFeed::Unheard::trade};
  auto server = testing::Server::start({.script = feed.script()});
  feed.publish(*server, t0 + 200ms);
  EXPECT_EQ(feed.unheard(), 3U);
  auto client = Client::connect(server->url(), {.decode_json = false}).value();
  ASSERT_TRUE(client.subscribe_and_wait({"trades.A.raw"}));
  feed.publish(*server, t0 + 300ms);
  EXPECT_THAT(client.receive(10s).value().text(), HasSubstr(R"("trade_seq":4,)"));
  EXPECT_EQ(feed.unheard(), 3U);
  EXPECT_EQ(feed.published(), 4U);
}

TEST_F(MarketFeedOnTheWire, leaves_out_what_a_long_pause_has_missed) {
  Client a = subscribe("trades.A.raw");
  feed_.publish(*server_, t0 + 1h);
  EXPECT_EQ(feed_.published(), 11U);  // the last second
}

TEST(ChannelName, is_of_characters_that_json_takes_as_they_are) {
  EXPECT_TRUE(is_channel_name("trades.SOL_USDC-PERPETUAL.100ms"));
  for (const char* const name : {"", "a b", "a\"b", "a\\b", "é", "a\n"}) EXPECT_FALSE(is_channel_name(name)) << name;
}

}  // namespace
}  // namespace zenws::program
