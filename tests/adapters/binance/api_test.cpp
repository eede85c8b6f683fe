// The WebSocket API against the simulator.
#include <future>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/binance_api.hpp>

#include "support/binance.hpp"
#include "support/eventually.hpp"
#include "support/parsed_json.hpp"

namespace zenws::adapters {
namespace {

using namespace std::chrono_literals;
using simulators::BinanceSimulator;
using simulators::SimulatedSide;
using ::testing::ElementsAre;
using testing::eventually;
using testing::is_same;

BinanceApi connect_api(const BinanceSimulator& simulator) {
  auto connected = BinanceApi::connect({.url = simulator.api_url(), .client = {.request_timeout = testing::patience}});
  EXPECT_TRUE(connected) << to_string(connected.error());
  return *std::move(connected);
}

class BinanceRequests : public ::testing::Test {
 protected:
  BinanceRequests() {
    simulator.set_level("BTCUSDT", SimulatedSide::buy, 49'999, 1);
    simulator.set_level("BTCUSDT", SimulatedSide::buy, 49'998, 2);
    simulator.trade("BTCUSDT", 50'000.5, 1);
  }
  BinanceSimulator simulator = testing::start_binance();
};

TEST_F(BinanceRequests, ask_the_market) {
  BinanceApi api = connect_api(simulator);
  EXPECT_TRUE(api.ping());
  EXPECT_GT(api.time().value(), 1'600'000'000'000);
  const auto depth = api.depth("btcusdt", 1);
  ASSERT_TRUE(depth) << to_string(depth.error());
  EXPECT_EQ(depth->last_update_id, 2U);
  EXPECT_THAT(depth->bids, ElementsAre(Level{49'999, 1}));
  EXPECT_EQ(api.ticker_price("BTCUSDT").value(), 50'000.5);
  EXPECT_TRUE(api.close());
  EXPECT_EQ(api.time().error(), errc::not_connected);
}

TEST_F(BinanceRequests, tell_refusals_with_binances_code_and_text) {
  BinanceApi api = connect_api(simulator);
  const auto nothing = api.depth("DOGE");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code(), (std::error_code{-1121, binance::error_category()}));
  EXPECT_EQ(nothing.error().detail(), "-1121: Invalid symbol.");
  EXPECT_EQ(explain(nothing.error()).message.empty(), false);
  EXPECT_EQ(api.depth("BTCUSDT", 0).error().code().value(), -1130);
  const binance::Call<int> unknown{.method = "no.such", .params = "{}", .read = {}};
  EXPECT_EQ(api.call(unknown).error().code().value(), -1020);
}

TEST_F(BinanceRequests, may_be_asked_without_waiting) {
  BinanceApi api = connect_api(simulator);
  std::promise<Result<double>> promise;
  api.async_call<double>(binance::ticker_price("BTCUSDT"), [&](Result<double> price) {
    EXPECT_EQ(api.time().error(), errc::would_deadlock) << "the blocking form, on the loop";
    promise.set_value(std::move(price));
  });
  EXPECT_EQ(promise.get_future().get().value(), 50'000.5);
}

TEST_F(BinanceRequests, fetch_snapshots_for_books) {
  BinanceApi api = connect_api(simulator);
  BinanceOptions options = testing::options_for(simulator);
  options.books.fetch = api.snapshots();
  Binance binance = testing::connect(std::move(options));
  ASSERT_TRUE(binance.watch_book("BTCUSDT"));
  EXPECT_TRUE(eventually([&] { return is_same(*binance.book("BTCUSDT"), simulator.book("BTCUSDT")); }));
  const FetchSnapshot fetch = api.snapshots();
  std::promise<Result<std::string>> refused;
  fetch("DOGE", [&](Result<std::string> snapshot) { refused.set_value(std::move(snapshot)); });
  EXPECT_EQ(refused.get_future().get().error().code().value(), -1121);
}

TEST_F(BinanceRequests, fetch_nothing_once_the_connection_is_gone) {
  const FetchSnapshot fetch = connect_api(simulator).snapshots();
  Result<std::string> given = "";
  fetch("BTCUSDT", [&](Result<std::string> snapshot) { given = std::move(snapshot); });
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error(), errc::closed);
}

TEST(BinanceWeight, is_told_as_being_rate_limited) {
  auto options = testing::quick_binance();
  options.weight_limit = 3;
  BinanceSimulator simulator = testing::start_binance(options);
  BinanceApi api = connect_api(simulator);
  const auto refused = api.depth("BTCUSDT");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::rate_limited);
  ASSERT_NE(refused.error().cause(), nullptr);
  EXPECT_EQ(refused.error().cause()->code(), (std::error_code{-1003, binance::error_category()}));
}

TEST(BinanceWeight, of_requests_is_that_of_the_documentation) {
  EXPECT_EQ(binance::request_weight(R"({"method":"ping"})"), 1U);
  EXPECT_EQ(binance::request_weight(R"({"method":"depth","params":{"symbol":"A"}})"), 5U);
  EXPECT_EQ(binance::request_weight(R"({"method":"depth","params":{"symbol":"A","limit":101}})"), 25U);
  EXPECT_EQ(binance::request_weight(R"({"method":"depth","params":{"symbol":"A","limit":1000}})"), 50U);
  EXPECT_EQ(binance::request_weight(R"({"method":"depth","params":{"symbol":"A","limit":5000}})"), 250U);
  EXPECT_EQ(binance::request_weight(R"({"method":"ticker.price","params":{"symbol":"A"}})"), 2U);
  EXPECT_EQ(binance::request_weight(R"({"method":"ticker.price"})"), 4U);
  EXPECT_EQ(binance::request_weight(R"({"method":"trades.recent","params":7})"), 25U);
  EXPECT_EQ(binance::request_weight("no JSON"), 1U);
  EXPECT_EQ(binance::request_weight("[1]"), 1U);
}

TEST(BinanceErrors, are_the_librarys_where_those_say_the_same) {
  const auto error_of = [](std::string_view text) { return binance::error_of(*test::ParsedJson{text}); };
  EXPECT_EQ(error_of(R"({"id":1,"status":400,"error":{"code":-2015,"msg":"Invalid API-key"}})"), errc::unauthorized);
  EXPECT_EQ(error_of(R"({"id":1,"status":418,"error":{"code":-1,"msg":"banned"}})"), errc::rate_limited);
  const Error stream = error_of(R"({"code":2,"msg":"Invalid request: too many parameters","id":1})");
  EXPECT_EQ(stream.code(), (std::error_code{2, binance::error_category()}));
  EXPECT_EQ(stream.detail(), "2: Invalid request: too many parameters");
  EXPECT_EQ(stream.code().message(), "the request is malformed; the detail tells where");
  EXPECT_EQ(error_of(R"({"error":{"code":-9999,"msg":"?"}})").code().message(), "Binance refused the request");
  EXPECT_EQ(error_of("{}"), errc::protocol_error);
  EXPECT_STREQ(binance::error_category().name(), "zenws.binance");
}

}  // namespace
}  // namespace zenws::adapters
