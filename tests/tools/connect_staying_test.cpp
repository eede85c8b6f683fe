// `zenws connect` told to stay: subscriptions, heartbeats, retries and a rate, and what it says of them.
#include <memory>
#include <signal.h>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/simulators/binance_simulator.hpp>
#include <zenws/simulators/deribit_simulator.hpp>
#include <zenws/testing/server.hpp>

#include "connect/connect.hpp"
#include "support/venue.hpp"
#include "tools/child.hpp"

namespace zenws::program {
namespace {

using ::testing::AllOf;
using testing::Disconnect;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using testing::Venue;

class ConnectStayingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = testing::Server::start({.script = venue_.script()});
    ASSERT_TRUE(started) << to_string(started.error());
    server_ = std::make_unique<testing::Server>(*std::move(started));
  }
  [[nodiscard]] std::vector<std::string> to_server(std::vector<std::string> more) const {
    std::vector<std::string> arguments{"connect", server_->url()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  Venue venue_;
  std::unique_ptr<testing::Server> server_;
};

TEST_F(ConnectStayingTest, subscribes_and_prints_the_data_only) {
  Child child{to_server({"--subscribe", "book.A", "--subscribe", "book.B"})};
  ASSERT_TRUE(child.wait_for_err("subscribed: book.A, book.B"));
  EXPECT_THAT(venue_.subscribed(1), UnorderedElementsAre("book.A", "book.B"));
  server_->inject_message(Venue::update("book.A", 7));
  EXPECT_TRUE(child.wait_for_out("\n"));
  EXPECT_EQ(child.out(), Venue::update("book.A", 7) + "\n");
}

TEST_F(ConnectStayingTest, tells_every_step_of_a_loss_and_of_the_way_back) {
  Child child{to_server({"--subscribe", "book.A", "--retry", "unlimited"})};
  ASSERT_TRUE(child.wait_for_err("subscribed"));
  server_->simulate_disconnect(Disconnect::code(1001, "maintenance"));
  ASSERT_TRUE(child.wait_for_err("restored: book.A"));
  EXPECT_THAT(venue_.subscribed(2), UnorderedElementsAre("book.A"));
  EXPECT_THAT(child.err(),
              AllOf(HasSubstr("disconnected: "), HasSubstr("maintenance"), HasSubstr("reconnecting: "),
                    HasSubstr("(retry 1)"), HasSubstr("connection 2"), HasSubstr("degraded, without data: book.A")));
  EXPECT_THAT(child.err(), Not(HasSubstr("stopped")));
  server_->simulate_disconnect(Disconnect::code(4001, "account closed"));
  const Ended ended = child.finish();
  EXPECT_EQ(ended.exit_code, code_of(Exit::lost));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("stopped: "), HasSubstr("account closed")));
}

TEST_F(ConnectStayingTest, tells_of_a_channel_that_the_server_refuses) {
  venue_.refuse({"book.B"});
  Child child{to_server({"--subscribe", "book.A", "--subscribe", "book.B"})};
  ASSERT_TRUE(child.wait_for_err("subscribed: book.A\n"));
  EXPECT_TRUE(child.wait_for_err("subscription rejected: book.B"));
}

TEST_F(ConnectStayingTest, speaks_the_venues_dialect) {
  Child child{to_server({"--subscribe", "btcusdt@trade", "--dialect", "binance"})};
  ASSERT_TRUE(child.wait_until([&] { return server_->received_count() == 1; }));
  EXPECT_THAT(server_->received()[0].payload, HasSubstr(R"("method":"SUBSCRIBE","params":["btcusdt@trade"])"));
}

TEST(ConnectByAdapter, logs_in_and_keeps_its_channels) {
  auto venue = simulators::DeribitSimulator::start();
  ASSERT_TRUE(venue);
  ::setenv("DERIBIT_CLIENT_ID", "simulated", 1);
  ::setenv("DERIBIT_CLIENT_SECRET", "simulated-secret", 1);
  Child child{{"connect", "--adapter", "deribit", venue->url(), "--subscribe", "user.orders.any.any.raw"}};
  EXPECT_TRUE(child.wait_for_err("subscribed: user.orders.any.any.raw\n"));
  child.signal(SIGINT);
  EXPECT_EQ(child.finish().exit_code, code_of(Exit::ok));
  ::setenv("DERIBIT_CLIENT_SECRET", "mistaken", 1);
  const Ended refused = run({"connect", "--adapter", "deribit", venue->url()});
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("could not connect"), HasSubstr("invalid_credentials"), Not(HasSubstr("mistaken"))));
  ::unsetenv("DERIBIT_CLIENT_ID");
  ::unsetenv("DERIBIT_CLIENT_SECRET");
}

TEST(ConnectByAdapter, follows_a_market_of_binance) {
  auto venue = simulators::BinanceSimulator::start();
  ASSERT_TRUE(venue);
  Child child{{"connect", "--adapter", "binance", venue->url(), "--subscribe", "btcusdt@trade"}};
  ASSERT_TRUE(child.wait_for_err("subscribed: btcusdt@trade\n"));
  venue->trade("BTCUSDT", 100, 1);
  EXPECT_TRUE(child.wait_for_out(R"("e":"trade")"));
}

TEST_F(ConnectStayingTest, finds_out_that_a_silent_connection_is_dead) {
  Child child{to_server({"--heartbeat", "ping_pong:50ms", "--retry", "unlimited"})};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server_->simulate_disconnect(Disconnect::half_open());
  EXPECT_TRUE(child.wait_for_err("connection 2"));
  EXPECT_THAT(child.err(), HasSubstr("heartbeat"));
}

TEST_F(ConnectStayingTest, answers_a_deribit_test_request) {
  Child child{to_server({"--heartbeat", "deribit:3600"})};
  ASSERT_TRUE(child.wait_for_err("connected"));
  server_->inject_message(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})");
  ASSERT_TRUE(child.wait_until([&] { return server_->received_count() == 1; }));
  EXPECT_THAT(server_->received()[0].payload, HasSubstr("public/test"));
  EXPECT_EQ(child.out(), "");
}

// The bucket holds two; the next tokens come in an hour.
TEST_F(ConnectStayingTest, sends_no_more_than_the_rate_allows) {
  Child child{to_server({"--rate-limit", "2/1h"})};
  child.type("one\ntwo\nthree\n");
  ASSERT_TRUE(child.wait_until([&] { return server_->received_count() == 2; }));
  child.end_input();
  ASSERT_TRUE(child.wait_for_err("connected"));
  server_->inject_message("heard");
  ASSERT_TRUE(child.wait_for_out("heard"));
  server_->simulate_disconnect(Disconnect::normal());
  EXPECT_THAT(child.finish().err, HasSubstr("lines lost with the connection, not yet written: 1"));
  EXPECT_EQ(server_->received_count(), 2U);
}

TEST_F(ConnectStayingTest, says_nothing_of_all_this_when_quiet) {
  Child child{to_server({"--quiet", "--subscribe", "book.A", "--retry", "unlimited"})};
  ASSERT_TRUE(child.wait_until([&] { return venue_.subscribed(1).size() == 1; }));
  server_->simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(child.wait_until([&] { return venue_.subscribed(2).size() == 1; }));
  child.signal(SIGINT);
  EXPECT_EQ(child.finish().err, "");
}

TEST_F(ConnectStayingTest, tells_what_a_wrong_value_should_have_been) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"--heartbeat", "pingpong"}, "ping_pong, deribit or binance"},
      {{"--heartbeat", "ping_pong:0"}, "for example ping_pong:20"},
      {{"--retry", "often"}, "a number, or unlimited"},
      {{"--rate-limit", "20"}, "for example 20/1s"},
      {{"--rate-limit", "0/1s"}, "for example 20/1s"},
      {{"--dialect", "kraken"}, "deribit or binance, not kraken"},
      {{"--adapter", "kraken"}, "deribit or binance, not kraken"},
      {{"--adapter", "deribit", "--dialect", "binance"}, "--dialect excludes --adapter"},
      {{"--subscribe", ""}, "channel"},
      {{"--subscribe"}, "--subscribe"},
  };
  for (const auto& [arguments, text] : wrong) {
    const Ended ended = run(to_server(arguments));
    EXPECT_EQ(ended.exit_code, code_of(Exit::usage)) << ::testing::PrintToString(arguments);
    EXPECT_THAT(ended.err, HasSubstr(text));
  }
  EXPECT_EQ(server_->accepted(), 0U);
}

}  // namespace
}  // namespace zenws::program
