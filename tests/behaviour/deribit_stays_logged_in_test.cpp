// A Deribit connection is logged in whenever it is open: on each connection anew, before anything is restored, and its
// token is renewed before it expires. Credentials that are refused end the client at once.
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deribit.hpp"
#include "support/eventually.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using adapters::Deribit;
using adapters::DeribitGrant;
using adapters::DeribitOptions;
using simulators::DeribitSimulator;
using testing::connect;
using testing::Disconnect;
using ::testing::ElementsAre;
using testing::eventually;
using ::testing::HasSubstr;
using testing::LogOf;
using ::testing::Not;
using testing::options_for;

constexpr std::size_t id_at = std::string_view{R"({"jsonrpc":"2.0","id":)"}.size();

class DeribitStaysLoggedIn : public ::testing::Test {
 protected:
  DeribitOptions options(const DeribitSimulator& simulator) {
    DeribitOptions options = options_for(simulator);
    options.client.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    options.on_login = [this](const Result<>& login) { logins.add(login ? "ok" : to_string(login.error())); };
    options.client.retry_count = unlimited;
    return options;
  }
  // To the library's own ids, which come right behind `"jsonrpc":"2.0"`.
  static std::string answer(const std::string& id, bool busy) {
    return R"({"jsonrpc":"2.0","id":)" + id + "," +
           (busy ? R"("error":{"code":10028,"message":"too_many_requests"}})"
                 : R"("result":{"refresh_token":"r","access_token":"a","expires_in":900}})");
  }
  LogOf<std::string> events;
  LogOf<std::string> logins;
};

TEST_F(DeribitStaysLoggedIn, when_its_token_expires_during_an_outage) {
  DeribitSimulator simulator = testing::start_simulator();
  Deribit deribit = connect(options(simulator));
  ASSERT_TRUE(deribit.subscribe_and_wait({"user.orders.any.any.raw"}));
  simulator.server().set_faults({.refuse_upgrade = HttpResponse{.status = 503}});
  simulator.server().simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("reconnecting 3")) << "it is out";
  simulator.expire_tokens();
  simulator.server().set_faults({});
  ASSERT_TRUE(events.wait_for("restored user.orders.any.any.raw"));
  EXPECT_TRUE(deribit.get_positions()) << "the old token would be answered 13009";
  const std::uint64_t last = simulator.server().accepted();
  EXPECT_THAT(simulator.calls(last), ElementsAre("public/auth", "private/subscribe", "private/get_positions"));
}

TEST_F(DeribitStaysLoggedIn, by_a_new_token_before_the_old_one_expires) {
  DeribitSimulator simulator = testing::start_simulator({.token_lifetime = 1s});
  Deribit deribit = connect(options(simulator));
  ASSERT_TRUE(logins.wait_for_size(3)) << "the login and two refreshes";
  EXPECT_EQ(logins.all()[1], "ok");
  EXPECT_EQ(logins.all()[2], "ok");
  EXPECT_EQ(simulator.server().accepted(), 1U) << "all on one connection";
  EXPECT_TRUE(testing::assert_message_sent(
      simulator.server(), testing::json_subset(R"({"method":"public/auth","params":{"grant_type":"refresh_token"}})")));
}

TEST_F(DeribitStaysLoggedIn, by_its_credentials_when_the_refresh_token_is_refused) {
  DeribitSimulator simulator = testing::start_simulator({.token_lifetime = 1s});
  simulator.server().set_script([](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
    const std::string id = message.payload.substr(id_at, message.payload.find(',', id_at) - id_at);
    const bool refreshes = message.payload.find("refresh_token") != std::string::npos;
    const std::string answer = refreshes ? R"("error":{"code":13009,"message":"unauthorized"})"
                                         : R"("result":{"refresh_token":"r","access_token":"a","expires_in":1})";
    return {{.binary = false, .payload = R"({"jsonrpc":"2.0","id":)" + id + "," + answer + "}"}};
  });
  Deribit deribit = connect(options(simulator));
  ASSERT_TRUE(logins.wait_for_size(2));
  EXPECT_THAT(logins.all(), ElementsAre("ok", "ok"));
  EXPECT_EQ(simulator.server().accepted(), 1U);
}

TEST_F(DeribitStaysLoggedIn, by_a_signature_in_place_of_the_secret) {
  DeribitSimulator simulator = testing::start_simulator();
  DeribitOptions how = options(simulator);
  how.grant = DeribitGrant::client_signature;
  Deribit deribit = connect(std::move(how));
  EXPECT_TRUE(deribit.get_positions());
  simulator.server().simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("connected 2"));
  EXPECT_TRUE(deribit.get_positions()) << "with another nonce";
  for (const auto& message : simulator.server().received())
    EXPECT_THAT(message.payload, Not(HasSubstr("simulated-secret")));
}

TEST_F(DeribitStaysLoggedIn, or_ends_at_once_when_its_credentials_are_refused) {
  DeribitSimulator simulator = testing::start_simulator();
  DeribitOptions how = options(simulator);
  how.client_secret = "wrong-secret";
  const auto connected = Deribit::connect(std::move(how));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error(), errc::unauthorized);
  ASSERT_NE(connected.error().cause(), nullptr);
  EXPECT_EQ(connected.error().cause()->code().value(), 13004);
  const std::string text = to_string(connected.error()) + explain(connected.error()).message;
  EXPECT_THAT(text, HasSubstr("13004: invalid_credentials"));
  EXPECT_THAT(text, Not(HasSubstr("wrong-secret")));
  EXPECT_EQ(simulator.server().accepted(), 1U) << "not retried, though retries are unlimited";
}

TEST_F(DeribitStaysLoggedIn, or_ends_when_they_are_refused_after_a_reconnect) {
  DeribitSimulator simulator = testing::start_simulator();
  Deribit deribit = connect(options(simulator));
  simulator.change_secret("another");
  simulator.server().simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(events.wait_for("stopped"));
  EXPECT_EQ(simulator.server().accepted(), 2U);
  EXPECT_EQ(deribit.client().get_state(), State::disconnected);
  EXPECT_EQ(deribit.get_time().error(), errc::not_connected);
}

TEST_F(DeribitStaysLoggedIn, and_tries_again_when_the_venue_is_only_busy) {
  int asked = 0;
  DeribitSimulator simulator = testing::start_simulator();
  simulator.server().set_script([&](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
    const std::string id = message.payload.substr(id_at, message.payload.find(',', id_at) - id_at);
    return {{.binary = false, .payload = answer(id, ++asked < 3)}};
  });
  const Deribit deribit = connect(options(simulator));
  EXPECT_EQ(simulator.server().accepted(), 3U);
  ASSERT_EQ(logins.size(), 3U);
  EXPECT_THAT(logins.all()[0], HasSubstr("10028: too_many_requests"));
  EXPECT_EQ(logins.all()[2], "ok");
}

}  // namespace
}  // namespace zenws
