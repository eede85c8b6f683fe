// docs/guide/subscriptions.md
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/json_rpc.hpp>

#include "support/deribit.hpp"
#include "support/eventually.hpp"
#include "support/venue.hpp"

namespace {

using zenws::testing::ReceivedMessage;
using zenws::testing::Reply;
using zenws::testing::Server;

TEST(GuideSubscriptions, are_wanted_confirmed_and_given_up) {
  zenws::testing::Venue venue;
  auto server = Server::start({.script = venue.script()});
  ASSERT_TRUE(server);
  zenws::Client client = zenws::Client::connect(server->url()).value();
#include "subscriptions/subscribe.inc"
  EXPECT_TRUE(queued);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->confirmed, std::vector<std::string>{"book.BTC-PERPETUAL.raw"});
  EXPECT_TRUE(gone);
  EXPECT_TRUE(zenws::testing::eventually([&] { return client.get_state_metrics().subscriptions_size == 2; }));
}

std::string the_secret;
std::string credentials() {
  return R"({"grant_type":"client_credentials","client_id":"simulated","client_secret":")" + the_secret + "\"}";
}

zenws::Result<zenws::Client> logged_in(const std::string& secret) {
  const auto simulator = zenws::testing::start_simulator();
  the_secret = secret;
  zenws::Options options;
#include "subscriptions/log_in.inc"
  return zenws::Client::connect(simulator.url(), options);
}

TEST(GuideSubscriptions, a_login_lets_in_and_keeps_out) {
  EXPECT_TRUE(logged_in("simulated-secret"));
  const auto refused = logged_in("wrong");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), zenws::errc::unauthorized);
}

zenws::Result<zenws::Client> logged_in_where_login_answers(const std::string& code) {
  auto server = Server::start({.script = [&](const ReceivedMessage&) {
    return std::vector<Reply>{{.binary = false, .payload = R"({"event":"login","code":")" + code + "\"}"}};
  }});
  zenws::Options options;
#include "subscriptions/log_in_without_id.inc"
  return zenws::Client::connect(server->url(), options);
}

TEST(GuideSubscriptions, a_login_without_an_id_does_the_same) {
  EXPECT_TRUE(logged_in_where_login_answers("0"));
  const auto refused = logged_in_where_login_answers("60009");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), zenws::errc::unauthorized);
}

}  // namespace
