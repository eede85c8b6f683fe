// The simulator as a client meets it: over a socket, request by request.
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <zenws/client.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"

namespace zenws::simulators {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::Disconnect;
using ::testing::ElementsAre;
using testing::eventually;
using testing::LogOf;
using testing::patience;

constexpr const char* perpetual = "BTC-PERPETUAL";

// One client of a simulator, which talks JSON and keeps what comes unasked.
class Talk {
 public:
  explicit Talk(const DeribitSimulator& simulator) {
    Options options{.retry_count = 0, .request_timeout = patience, .reconnect_on_error = false};
    options.handler = [log = log_](const Message& message) {
      if (const auto* const notification = std::get_if<JsonMessage>(&message))
        log->add(std::string{notification->text});
    };
    auto connected = Client::connect(simulator.url(), options);
    EXPECT_TRUE(connected) << to_string(connected.error());
    client = *connected;
  }
  // The result, or the error.
  json ask(std::string_view method, const json& params = json::object()) {
    const auto answer = client->request(method, params.dump());
    EXPECT_TRUE(answer) << to_string(answer.error());
    if (!answer) return {};
    json text = json::parse(answer->text());
    EXPECT_EQ(text["testnet"], true);
    return text.contains("error") ? text["error"] : text["result"];
  }
  json log_in() {
    return ask(
        "public/auth",
        {{"grant_type", "client_credentials"}, {"client_id", "simulated"}, {"client_secret", "simulated-secret"}});
  }
  // The `index`-th message that came unasked.
  json unasked(std::size_t index) {
    EXPECT_TRUE(log_->wait_for_size(index + 1));
    return json::parse(log_->all().at(index));
  }
  std::optional<Client> client;

 private:
  std::shared_ptr<LogOf<std::string>> log_ = std::make_shared<LogOf<std::string>>();
};

class DeribitSimulation : public ::testing::Test {
 protected:
  explicit DeribitSimulation(DeribitSimulatorOptions options = {}) {
    auto started = DeribitSimulator::start(std::move(options));
    EXPECT_TRUE(started);
    simulator.emplace(*std::move(started));
    simulator->set_level(perpetual, SimulatedSide::sell, 50'000, 100);
    simulator->set_level(perpetual, SimulatedSide::buy, 49'900, 200);
  }
  static json order(double price, double amount) {
    return {{"instrument_name", perpetual}, {"price", price}, {"amount", amount}, {"type", "limit"}};
  }
  std::optional<DeribitSimulator> simulator;
};

TEST_F(DeribitSimulation, answers_the_public_methods_without_a_login) {
  Talk talk{*simulator};
  EXPECT_EQ(talk.ask("public/test")["version"], "1.2.26");
  EXPECT_GT(talk.ask("public/get_time"), 1'600'000'000'000);
  const json instruments = talk.ask("public/get_instruments", {{"currency", "BTC"}});
  ASSERT_EQ(instruments.size(), 1U);
  EXPECT_EQ(instruments[0]["instrument_name"], perpetual);
  const json ticker = talk.ask("public/ticker", {{"instrument_name", perpetual}});
  EXPECT_EQ(ticker["best_bid_price"], 49'900);
  EXPECT_EQ(ticker["mark_price"], 49'950);
  const json book = talk.ask("public/get_order_book", {{"instrument_name", perpetual}, {"depth", 1}});
  EXPECT_EQ(book["asks"], json::parse("[[50000.0,100.0]]"));
}

TEST_F(DeribitSimulation, refuses_with_deribits_codes_and_texts) {
  Talk talk{*simulator};
  EXPECT_EQ(talk.ask("public/nonsense"), json::parse(R"({"code":-32601,"message":"Method not found"})"));
  EXPECT_EQ(talk.ask("public/ticker", {{"instrument_name", "DOGE"}})["code"], 13020);
  EXPECT_EQ(talk.ask("public/get_instruments")["data"]["param"], "currency");
  EXPECT_EQ(talk.ask("private/get_positions")["code"], 13009);
  EXPECT_EQ(talk.ask("private/get_positions")["message"], "unauthorized");
  EXPECT_EQ(talk.ask("public/set_heartbeat", {{"interval", 9}})["code"], -32602);
  EXPECT_EQ(talk.ask("public/auth", {{"grant_type", "client_credentials"}})["message"], "invalid_credentials");
  ASSERT_TRUE(talk.client->send_message("no JSON"));
  EXPECT_TRUE(eventually([&] { return simulator->server().received_count() == 8; }));
}

TEST_F(DeribitSimulation, ends_a_token_and_takes_a_refreshed_one) {
  Talk talk{*simulator};
  const json token = talk.log_in();
  EXPECT_EQ(talk.ask("private/get_positions"), json::array());
  simulator->expire_tokens();
  EXPECT_EQ(talk.ask("private/get_positions")["code"], 13009);
  talk.ask("public/auth", {{"grant_type", "refresh_token"}, {"refresh_token", token["refresh_token"]}});
  EXPECT_EQ(talk.ask("private/get_positions"), json::array());
}

TEST_F(DeribitSimulation, takes_orders_and_tells_the_user_about_them) {
  Talk talk{*simulator};
  talk.log_in();
  talk.ask("private/subscribe", {{"channels", {"user.orders.any.any.raw", "user.trades.BTC-PERPETUAL.raw"}}});
  const json placed = talk.ask("private/buy", order(50'000, 50));
  EXPECT_EQ(placed["order"]["order_state"], "filled");
  EXPECT_EQ(placed["order"]["average_price"], 50'000);
  EXPECT_EQ(placed["trades"][0]["liquidity"], "T");
  EXPECT_EQ(talk.unasked(0)["params"]["channel"], "user.trades.BTC-PERPETUAL.raw");
  EXPECT_EQ(talk.unasked(1)["params"]["data"]["order_state"], "filled");
  EXPECT_EQ(talk.ask("private/get_positions", {{"currency", "BTC"}})[0]["size"], 50);
  const std::string id = talk.ask("private/sell", order(50'100, 20))["order"]["order_id"];
  EXPECT_EQ(talk.ask("private/edit", {{"order_id", id}, {"amount", 30}, {"price", 50'200}})["order"]["amount"], 30);
  EXPECT_EQ(talk.ask("private/get_open_orders").size(), 1U);
  EXPECT_EQ(talk.ask("private/cancel", {{"order_id", id}})["order_state"], "cancelled");
  EXPECT_EQ(talk.ask("private/cancel", {{"order_id", id}})["message"], "not_open_order");
  EXPECT_LT(talk.ask("private/get_account_summary", {{"currency", "BTC"}})["available_funds"], 10);
  EXPECT_EQ(talk.ask("private/cancel_all"), 0);
}

TEST_F(DeribitSimulation, leaves_unknown_channels_out_of_the_answer_and_private_ones_of_the_public_method) {
  Talk talk{*simulator};
  const json channels{"ticker.BTC-PERPETUAL.100ms", "ticker.DOGE.100ms", "nonsense", "user.orders.any.any.raw"};
  EXPECT_EQ(talk.ask("public/subscribe", {{"channels", channels}}), json::parse(R"(["ticker.BTC-PERPETUAL.100ms"])"));
  EXPECT_EQ(talk.ask("public/subscribe", {{"channels", {"book.BTC-PERPETUAL.raw"}}})["code"], 13778);
  EXPECT_EQ(talk.ask("private/subscribe", {{"channels", channels}})["code"], 13009);
  talk.log_in();
  EXPECT_EQ(talk.ask("private/subscribe", {{"channels", channels}}).size(), 2U);
  EXPECT_THAT(simulator->subscriptions(1), ElementsAre("ticker.BTC-PERPETUAL.100ms", "user.orders.any.any.raw"));
  talk.ask("public/unsubscribe", {{"channels", {"ticker.BTC-PERPETUAL.100ms", "nonsense"}}});
  EXPECT_THAT(simulator->subscriptions(1), ElementsAre("user.orders.any.any.raw"));
}

TEST_F(DeribitSimulation, sends_a_books_snapshot_then_its_changes) {
  Talk talk{*simulator};
  talk.ask("public/subscribe", {{"channels", {"book.BTC-PERPETUAL.100ms"}}});
  const json snapshot = talk.unasked(0)["params"]["data"];
  EXPECT_EQ(snapshot["type"], "snapshot");
  EXPECT_FALSE(snapshot.contains("prev_change_id"));
  EXPECT_EQ(snapshot["asks"], json::parse(R"([["new",50000.0,100.0]])"));
  simulator->set_level(perpetual, SimulatedSide::sell, 50'000, 0);
  const json change = talk.unasked(1)["params"]["data"];
  EXPECT_EQ(change["type"], "change");
  EXPECT_EQ(change["prev_change_id"], snapshot["change_id"]);
  EXPECT_EQ(change["asks"], json::parse(R"([["delete",50000.0,0.0]])"));
  EXPECT_EQ(simulator->book(perpetual).change_id, change["change_id"]);
}

TEST_F(DeribitSimulation, makes_gaps_and_repeats_when_asked_to) {
  Talk talk{*simulator};
  talk.ask("public/subscribe", {{"channels", {"book.BTC-PERPETUAL.100ms"}}});
  simulator->skip_changes(perpetual);
  simulator->set_level(perpetual, SimulatedSide::sell, 50'100, 10);
  simulator->set_level(perpetual, SimulatedSide::sell, 50'200, 10);
  simulator->repeat_change(perpetual);
  const json snapshot = talk.unasked(0)["params"]["data"];
  const json after_the_gap = talk.unasked(1)["params"]["data"];
  EXPECT_EQ(after_the_gap["prev_change_id"].get<int>(), snapshot["change_id"].get<int>() + 1);
  EXPECT_EQ(talk.unasked(2)["params"]["data"]["change_id"], after_the_gap["change_id"]);
}

class DeribitSimulationHeartbeat : public DeribitSimulation {
 protected:
  DeribitSimulationHeartbeat() : DeribitSimulation{{.heartbeat_second = 1ms}} {}
};

TEST_F(DeribitSimulationHeartbeat, disconnects_who_does_not_answer_a_test_request) {
  Talk talk{*simulator};
  EXPECT_EQ(talk.ask("public/set_heartbeat", {{"interval", 10}}), "ok");
  EXPECT_EQ(talk.unasked(0)["params"]["type"], "heartbeat");
  EXPECT_EQ(talk.unasked(1)["params"]["type"], "test_request");
  EXPECT_TRUE(eventually([&] { return talk.client->get_state() == State::disconnected; }));
}

TEST_F(DeribitSimulationHeartbeat, stops_when_told_to) {
  Talk talk{*simulator};
  talk.ask("public/set_heartbeat", {{"interval", 1'000'000}});
  EXPECT_EQ(talk.ask("public/disable_heartbeat"), "ok");
}

class DeribitSimulationCredits : public DeribitSimulation {
 protected:
  DeribitSimulationCredits()
      : DeribitSimulation{{.credits = SimulatedCredits{.maximum = 1'500, .refill_per_second = 0}}} {}
};

TEST_F(DeribitSimulationCredits, are_used_up_by_requests_and_then_the_session_ends) {
  Talk talk{*simulator};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(talk.ask("public/test").contains("version"));
  const json refused = talk.ask("public/test");
  EXPECT_EQ(refused["code"], 10028);
  EXPECT_EQ(refused["message"], "too_many_requests");
  EXPECT_TRUE(eventually([&] { return talk.client->get_state() == State::disconnected; }));
}

class DeribitSimulationDisconnect : public DeribitSimulation {
 protected:
  // Places an order on a connection of its own, ends it in some way, and tells what became of the order.
  template <class F>
  std::string state_after(const char* enable, F end) {
    Talk talk{*simulator};
    talk.log_in();
    if (enable != nullptr) talk.ask("private/enable_cancel_on_disconnect", {{"scope", enable}});
    talk.ask("private/buy", order(49'000, 10));
    end(talk);
    EXPECT_TRUE(eventually([&] { return simulator->sessions() == 0; }));
    return simulator->orders().back().state;
  }
  static void close(Talk& talk) { ASSERT_TRUE(talk.client->close()); }
};

TEST_F(DeribitSimulationDisconnect, leaves_orders_alone_unless_told_otherwise) {
  EXPECT_EQ(state_after(nullptr, &close), "open");
}

TEST_F(DeribitSimulationDisconnect, cancels_the_connections_orders_when_enabled) {
  Talk other{*simulator};
  other.log_in();
  other.ask("private/buy", order(48'000, 10));
  {
    Talk talk{*simulator};
    talk.log_in();
    talk.ask("private/enable_cancel_on_disconnect");
    EXPECT_EQ(talk.ask("private/get_cancel_on_disconnect"), json::parse(R"({"scope":"connection","enabled":true})"));
    talk.ask("private/buy", order(49'000, 10));
    simulator->server().simulate_disconnect(Disconnect::abrupt(), 2);
  }
  EXPECT_TRUE(eventually([&] { return simulator->orders()[1].state == "cancelled"; }));
  EXPECT_EQ(simulator->orders()[1].cancel_reason, "cancel_on_disconnect");
  EXPECT_EQ(simulator->orders()[0].state, "open") << "it was placed on another connection";
}

TEST_F(DeribitSimulationDisconnect, of_the_account_holds_for_connections_opened_later) {
  EXPECT_EQ(state_after("account", &close), "open") << "not for the one that asked";
  EXPECT_EQ(state_after(nullptr, &close), "cancelled");
}

TEST_F(DeribitSimulationDisconnect, does_not_cancel_after_a_logout) {
  EXPECT_EQ(state_after("connection", [](Talk& talk) { talk.ask("private/logout"); }), "open");
}

TEST(DeribitSimulatorStart, refuses_two_instruments_of_one_name) {
  const auto started = DeribitSimulator::start({.instruments = {{}, {}}});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), errc::invalid_config);
}

TEST(DeribitSimulatorStart, keeps_the_faults_of_the_server_beneath) {
  auto simulator = DeribitSimulator::start({.server = {.faults = {.refuse_upgrade = HttpResponse{.status = 503}}}});
  ASSERT_TRUE(simulator);
  const auto client = Client::connect(simulator->url(), {.retry_count = 0});
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().http()->status, 503);
}

}  // namespace
}  // namespace zenws::simulators
