// The simulator as a client meets it: over a socket.
#include <chrono>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/simulators/binance_simulator.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"

namespace zenws::simulators {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using testing::eventually;
using testing::patience;

BinanceSimulator start(BinanceSimulatorOptions options = {}) {
  auto started = BinanceSimulator::start(std::move(options));
  EXPECT_TRUE(started) << to_string(started.error());
  return *std::move(started);
}

Client connect(const std::string& url) {
  auto connected = Client::connect(
      url, {.retry_count = 0, .request_timeout = patience, .reconnect_on_error = false, .dialect = Dialect::binance()});
  EXPECT_TRUE(connected) << to_string(connected.error());
  return *std::move(connected);
}

json next_of(Client& client) {
  const auto message = client.receive(patience);
  EXPECT_TRUE(message) << to_string(message.error());
  return message ? json::parse(message->text()) : json{};
}

// Receives until the client has ended; why it did.
Error end_of(Client& client) {
  while (true) {
    if (auto message = client.receive(patience); !message) return message.error();
  }
}

TEST(BinanceSimulation, is_subscribed_to_and_tells_what_happens) {
  BinanceSimulator simulator = start({.depth_interval = 0ms});
  Client client = connect(simulator.url());
  ASSERT_TRUE(client.subscribe_and_wait({"btcusdt@trade", "btcusdt@depth"}));
  EXPECT_THAT(simulator.subscriptions(1), ElementsAre("btcusdt@depth", "btcusdt@trade"));
  simulator.trade("BTCUSDT", 50'000, 0.5);
  EXPECT_EQ(next_of(client)["data"]["p"], "50000.00000000");
  simulator.set_level("BTCUSDT", SimulatedSide::sell, 50'001, 2);
  const json event = next_of(client);
  EXPECT_EQ(event["stream"], "btcusdt@depth");
  EXPECT_EQ(event["data"]["a"], json::parse(R"([["50001.00000000","2.00000000"]])"));
  EXPECT_EQ(simulator.book("BTCUSDT").change_id, event["data"]["u"]);
}

TEST(BinanceSimulation, keeps_the_books_that_it_is_told_to) {
  BinanceSimulator simulator = start({.book_history = 2});
  for (const double price : {1.0, 2.0, 3.0}) simulator.set_level("BTCUSDT", SimulatedSide::buy, price, 1);
  EXPECT_EQ(simulator.book_at("BTCUSDT", 1), std::nullopt);
  EXPECT_EQ(simulator.book_at("BTCUSDT", 2)->bids.size(), 2U);
  EXPECT_EQ(simulator.book_at("BTCUSDT", 3), simulator.book("BTCUSDT"));
  EXPECT_EQ(simulator.book("DOGE"), SimulatedBook{});
}

TEST(BinanceSimulation, gives_snapshots_as_rest_does) {
  BinanceSimulator simulator = start();
  simulator.set_level("BTCUSDT", SimulatedSide::buy, 0.1, 3);
  EXPECT_EQ(json::parse(simulator.snapshot("BTCUSDT").value()),
            json::parse(R"({"lastUpdateId":1,"bids":[["0.10000000","3.00000000"]],"asks":[]})"));
  EXPECT_EQ(simulator.snapshot("DOGE").error(), errc::not_found);
  std::string given;
  simulator.snapshots()("BTCUSDT", [&](const Result<std::string>& snapshot) { given = snapshot.value(); });
  EXPECT_EQ(json::parse(given)["lastUpdateId"], 1);
  EXPECT_EQ(simulator.snapshots_given("BTCUSDT"), 2U);
}

TEST(BinanceSimulation, refuses_paths_that_binance_has_not) {
  BinanceSimulator simulator = start();
  const auto client = Client::connect(simulator.url("/api/v3"), {.retry_count = 0});
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().http()->status, 404);
}

TEST(BinanceSimulation, pings_clients_and_is_content_with_those_that_answer) {
  BinanceSimulator simulator = start({.ping_interval = 1ms, .message_limit = 0});
  Client client = connect(simulator.url());
  EXPECT_TRUE(eventually([&] { return simulator.server().pongs().size() >= 3; }));
  EXPECT_THAT(simulator.disconnects(), ElementsAre());
}

TEST(BinanceSimulation, disconnects_a_client_whose_pongs_do_not_come) {
  BinanceSimulator simulator = start({.ping_interval = 1ms, .pong_timeout = 10ms});
  Client client = connect(simulator.url());
  simulator.server().pause_reading(true);
  const Error error = end_of(client);
  ASSERT_NE(error.close(), nullptr) << to_string(error);
  EXPECT_EQ(error.close()->code, 1008);
  EXPECT_EQ(error.close()->reason, "Pong timeout");
}

TEST(BinanceSimulation, disconnects_a_client_that_says_too_much_pings_included) {
  BinanceSimulator simulator = start({.limit_interval = 1h});
  Client client = connect(simulator.url());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.ping());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.send_message(R"({"method":"LIST_SUBSCRIPTIONS","id":1})"));
  EXPECT_EQ(end_of(client).close()->reason, "Too many requests");
  EXPECT_EQ(simulator.busiest(), 6U);
}

TEST(BinanceSimulation, disconnects_a_client_that_is_too_old) {
  BinanceSimulator simulator = start();
  Client client = connect(simulator.url());
  simulator.age_connections(24h);
  EXPECT_EQ(end_of(client).close()->code, 1000);
  EXPECT_THAT(simulator.disconnects(), ElementsAre("24 hours"));
  EXPECT_TRUE(eventually([&] { return simulator.sessions() == 0; }));
}

TEST(BinanceSimulation, answers_the_api_on_its_own_path) {
  BinanceSimulator simulator = start();
  Client client = connect(simulator.api_url());
  const auto answer = client.request(R"({"id":"a","method":"time"})");
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_GT(json::parse(answer->text())["result"]["serverTime"], 1'600'000'000'000);
}

TEST(BinanceSimulatorStart, refuses_two_symbols_of_one_name) {
  EXPECT_EQ(BinanceSimulator::start({.symbols = {"A", "A"}}).error(), errc::invalid_config);
}

TEST(BinanceSimulatorStart, keeps_the_faults_of_the_server_beneath) {
  BinanceSimulator simulator = start({.server = {.faults = {.refuse_upgrade = HttpResponse{.status = 503}}}});
  EXPECT_EQ(Client::connect(simulator.url(), {.retry_count = 0}).error().http()->status, 503);
}

}  // namespace
}  // namespace zenws::simulators
