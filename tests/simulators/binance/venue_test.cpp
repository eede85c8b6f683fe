// The venue without sockets or sleep: what Binance's rules say, at the time they say it.
#include "simulators/binance/venue.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace zenws::simulators::binance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Output = Venue::Output;

class BinanceVenue : public ::testing::Test {
 protected:
  explicit BinanceVenue(BinanceSimulatorOptions options = {}) : venue{options} {}
  [[nodiscard]] Moment at(std::chrono::milliseconds passed) const {
    return {start + passed, 1'700'000'000'000'000 + passed.count() * 1000};
  }
  void open(std::uint64_t connection, std::string target, std::chrono::milliseconds passed = 0ms) {
    testing::UpgradeSeen upgrade;
    upgrade.target = std::move(target);
    upgrade.connection = connection;
    ASSERT_EQ(venue.upgrading(upgrade), std::nullopt);
    opened = venue.opened(connection, at(passed));
  }
  // The answer to connection 1's request.
  json ask(const std::string& text, std::chrono::milliseconds passed = 0ms) {
    const Output output = venue.received(1, text, at(passed));
    return output.messages.empty() ? json{} : json::parse(output.messages.back().text);
  }
  static std::vector<std::string> texts(const Output& output) {
    std::vector<std::string> all;
    for (const auto& message : output.messages) all.push_back(message.text);
    return all;
  }
  Output set(double price, double quantity, std::chrono::milliseconds passed = 0ms) {
    return venue.set_level("BTCUSDT", SimulatedSide::buy, price, quantity, at(passed));
  }
  const TimePoint start = TimePoint{} + 1h;
  Venue venue;
  Output opened;
};

TEST_F(BinanceVenue, subscribes_lists_and_unsubscribes) {
  open(1, "/stream");
  EXPECT_EQ(ask(R"({"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@depth"],"id":1})"),
            json::parse(R"({"result":null,"id":1})"));
  EXPECT_EQ(ask(R"({"method":"UNSUBSCRIBE","params":["btcusdt@depth"],"id":"312a"})"),
            json::parse(R"({"result":null,"id":"312a"})"));
  EXPECT_EQ(ask(R"({"method":"LIST_SUBSCRIPTIONS","id":3})"), json::parse(R"({"result":["btcusdt@trade"],"id":3})"));
}

TEST_F(BinanceVenue, refuses_in_the_documentations_words) {
  struct Row {
    const char* request;
    int code;
    const char* text;
  };
  open(1, "/ws");
  int second = 0;
  for (const Row& row : {
           Row{"{", 3, "Invalid JSON: expected value at line 1 column"},
           Row{"7", 2, "missing field `method`"},
           Row{R"({"id":1})", 2, "missing field `method`"},
           Row{R"({"method":"SUBSCRIB","params":[],"id":1})", 2,
               "unknown variant \"SUBSCRIB\", expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, "
               "`SET_PROPERTY`, `GET_PROPERTY` at line 1 column 20"},
           Row{R"({"method":"SUBSCRIBE","params":["a@trade"]})", 2, "request ID must be an unsigned integer"},
           Row{R"({"method":"SUBSCRIBE","params":["a@trade"],"id":1.5})", 2, "request ID must be an unsigned integer"},
           Row{R"({"method":"SUBSCRIBE","params":["a@trade"],"id":"a-b"})", 2, "request ID"},
           Row{R"({"method":"SUBSCRIBE","params":["a"],"id":"aaaaaaaaaabbbbbbbbbbccccccccccddddddd"})", 2,
               "request ID"},
           Row{R"({"method":"SUBSCRIBE","params":"a@trade","id":1})", 2, "Invalid request"},
           Row{R"({"method":"SUBSCRIBE","params":[7],"id":1})", 2, "Invalid request"},
           Row{R"({"method":"LIST_SUBSCRIPTIONS","params":["a"],"id":1})", 2, "too many parameters"},
           Row{R"({"method":"GET_PROPERTY","params":["other"],"id":1})", 0, "Unknown property"},
           Row{R"({"method":"GET_PROPERTY","params":[],"id":1})", 2, "property name must be a string"},
           Row{R"({"method":"GET_PROPERTY","params":["combined",1],"id":1})", 2, "too many parameters"},
           Row{R"({"method":"SET_PROPERTY","params":["combined",1],"id":1})", 1, "expected Boolean"},
       }) {
    const json answer = ask(row.request, std::chrono::seconds{++second});
    EXPECT_EQ(answer["code"], row.code) << row.request;
    EXPECT_THAT(answer["msg"].get<std::string>(), HasSubstr(row.text)) << row.request;
  }
}

TEST_F(BinanceVenue, serves_the_documented_paths_and_no_others) {
  const auto refused = [&](const char* target) {
    testing::UpgradeSeen upgrade;
    upgrade.target = target;
    const auto refusal = venue.upgrading(upgrade);
    return refusal ? refusal->status : 0;
  };
  EXPECT_EQ(refused("/"), 404);
  EXPECT_EQ(refused("/streams"), 404);
  EXPECT_EQ(refused("/ws"), 0);
  EXPECT_EQ(refused("/ws-api/v3?returnRateLimits=false"), 0);
  open(1, "/ws/btcusdt@trade");
  EXPECT_THAT(venue.subscriptions(1), ElementsAre("btcusdt@trade"));
  open(2, "/stream?timeUnit=MICROSECOND&streams=btcusdt@trade/ethusdt%40depth5");
  EXPECT_THAT(venue.subscriptions(2), ElementsAre("btcusdt@trade", "ethusdt@depth5"));
}

TEST_F(BinanceVenue, wraps_payloads_of_combined_streams_only) {
  open(1, "/ws/btcusdt@trade");
  open(2, "/stream?streams=btcusdt@trade");
  const Output output = venue.trade("BTCUSDT", 50'000.5, 0.25, true, at(7ms));
  ASSERT_EQ(output.messages.size(), 2U);
  const json raw = json::parse(output.messages[0].text);
  EXPECT_EQ(raw, json::parse(R"({"e":"trade","E":1700000000007,"s":"BTCUSDT","t":1,"p":"50000.50000000",
      "q":"0.25000000","b":1,"a":2,"T":1700000000007,"m":true,"M":true})"));
  EXPECT_EQ(json::parse(output.messages[1].text), (json{{"stream", "btcusdt@trade"}, {"data", raw}}));
  EXPECT_EQ(ask(R"({"method":"SET_PROPERTY","params":["combined",true],"id":5})")["result"], nullptr);
  EXPECT_EQ(ask(R"({"method":"GET_PROPERTY","params":["combined"],"id":2})")["result"], true);
}

TEST_F(BinanceVenue, gathers_the_updates_of_an_interval_in_one_event) {
  open(1, "/ws/btcusdt@depth@100ms");
  EXPECT_THAT(texts(set(100, 1)), IsEmpty());
  EXPECT_THAT(texts(set(100, 2, 50ms)), IsEmpty());
  EXPECT_THAT(texts(set(99, 5, 60ms)), IsEmpty());
  EXPECT_THAT(texts(set(99, 5, 60ms)), IsEmpty()) << "it was so already";
  EXPECT_EQ(venue.deadline(), start + 100ms);
  const Output first = venue.tick(at(100ms));
  ASSERT_EQ(first.messages.size(), 1U);
  EXPECT_EQ(json::parse(first.messages[0].text),
            json::parse(R"({"e":"depthUpdate","E":1700000000100,"s":"BTCUSDT","U":1,"u":3,
                "b":[["99.00000000","5.00000000"],["100.00000000","2.00000000"]],"a":[]})"));
  set(99, 0, 120ms);
  const json second = json::parse(venue.tick(at(220ms)).messages.at(0).text);
  EXPECT_EQ(second["U"], 4);
  EXPECT_EQ(second["b"], json::parse(R"([["99.00000000","0.00000000"]])"));
}

TEST_F(BinanceVenue, tells_the_slow_stream_by_its_own_time) {
  open(1, "/ws/btcusdt@depth");
  set(100, 1);
  EXPECT_THAT(texts(venue.tick(at(100ms))), IsEmpty());
  set(101, 1, 999ms);
  const json event = json::parse(venue.tick(at(1000ms)).messages.at(0).text);
  EXPECT_EQ(event["U"], 1);
  EXPECT_EQ(event["u"], 2);
}

TEST_F(BinanceVenue, pushes_the_top_of_a_book_each_interval) {
  open(1, "/ws/btcusdt@depth5@100ms");
  for (int i = 0; i < 7; ++i) set(100 + i, 1);
  venue.set_level("BTCUSDT", SimulatedSide::sell, 200, 3, at(0ms));
  const json top = json::parse(venue.tick(at(100ms)).messages.at(0).text);
  EXPECT_EQ(top["lastUpdateId"], 8);
  ASSERT_EQ(top["bids"].size(), 5U);
  EXPECT_EQ(top["bids"][0][0], "106.00000000");
  EXPECT_EQ(top["asks"], json::parse(R"([["200.00000000","3.00000000"]])"));
  EXPECT_EQ(venue.tick(at(200ms)).messages.size(), 1U) << "also when nothing has changed";
}

TEST_F(BinanceVenue, tells_book_tickers_when_the_best_prices_change) {
  open(1, "/ws/btcusdt@bookTicker");
  EXPECT_EQ(json::parse(texts(set(100, 1)).at(0))["b"], "100.00000000");
  EXPECT_THAT(texts(set(99, 1)), IsEmpty());
  EXPECT_EQ(json::parse(texts(set(100, 2)).at(0))["B"], "2.00000000");
}

TEST_F(BinanceVenue, disconnects_who_sends_more_than_five_messages_a_second) {
  open(1, "/ws");
  for (int i = 0; i < 4; ++i) ask(R"({"method":"LIST_SUBSCRIPTIONS","id":1})", 10ms);
  EXPECT_THAT(venue.pinged(1, at(20ms)).disconnect, IsEmpty());
  const Output sixth = venue.ponged(1, "", at(1009ms));
  ASSERT_EQ(sixth.disconnect.size(), 1U) << "a pong counts";
  EXPECT_EQ(sixth.disconnect[0].how.close_code, 1008);
  EXPECT_THAT(venue.disconnects(), ElementsAre("Too many requests"));
  EXPECT_EQ(venue.busiest(), 6U);
}

TEST_F(BinanceVenue, lets_five_messages_come_in_each_second) {
  open(1, "/ws");
  for (int i = 0; i < 50; ++i) ask(R"({"method":"LIST_SUBSCRIPTIONS","id":1})", i * 200ms);
  EXPECT_THAT(venue.disconnects(), IsEmpty());
}

TEST_F(BinanceVenue, disconnects_who_wants_more_than_1024_streams) {
  open(1, "/stream");
  json streams = json::array();
  for (int i = 0; i < 1024; ++i) streams.push_back("s" + std::to_string(i) + "@trade");
  ask(json{{"method", "SUBSCRIBE"}, {"params", streams}, {"id", 1}}.dump());
  EXPECT_THAT(venue.disconnects(), IsEmpty());
  EXPECT_TRUE(ask(R"({"method":"SUBSCRIBE","params":["one@more"],"id":2})").is_null());
  EXPECT_THAT(venue.disconnects(), ElementsAre("Too many streams"));
}

TEST_F(BinanceVenue, pings_and_disconnects_who_does_not_answer_within_a_minute) {
  open(1, "/ws");
  open(2, "/ws");
  const Output first = venue.tick(at(20s));
  ASSERT_EQ(first.pings.size(), 2U);
  EXPECT_EQ(first.pings[0].text, "1700000020000");
  venue.ponged(1, "1700000020000", at(21s));
  venue.ponged(2, "something else", at(21s));
  venue.tick(at(40s));
  venue.tick(at(60s));
  EXPECT_THAT(venue.tick(at(79s)).disconnect, IsEmpty());
  const Output late = venue.tick(at(80s));
  ASSERT_EQ(late.disconnect.size(), 1U);
  EXPECT_EQ(late.disconnect[0].connection, 2U);
  EXPECT_THAT(venue.disconnects(), ElementsAre("Pong timeout"));
}

TEST_F(BinanceVenue, ends_a_connection_after_24_hours) {
  open(1, "/ws");
  open(2, "/ws", 1h);
  EXPECT_THAT(venue.tick(at(24h - 1ms)).disconnect, IsEmpty()) << "they are pinged, and have a minute";
  EXPECT_EQ(venue.tick(at(24h)).disconnect.size(), 1U);
  EXPECT_THAT(venue.disconnects(), ElementsAre("24 hours"));
  EXPECT_EQ(venue.age_connections(1h, at(24h + 1ms)).disconnect.size(), 1U);
}

TEST_F(BinanceVenue, makes_gaps_and_repeats_when_asked_to) {
  open(1, "/ws/btcusdt@depth@100ms");
  venue.market().find("BTCUSDT")->skip_events(1);
  set(100, 1);
  EXPECT_THAT(texts(venue.tick(at(100ms))), IsEmpty());
  set(101, 1, 150ms);
  const std::string event = venue.tick(at(250ms)).messages.at(0).text;
  EXPECT_EQ(json::parse(event)["U"], 2);
  EXPECT_THAT(texts(venue.repeat_event("BTCUSDT")), ElementsAre(event));
}

TEST_F(BinanceVenue, gives_snapshots_and_stale_ones_when_asked_to) {
  Symbol& symbol = *venue.market().find("BTCUSDT");
  set(100, 1);
  symbol.make_snapshots_stale(1);
  set(101, 1);
  EXPECT_EQ(symbol.snapshot(10), json::parse(R"({"lastUpdateId":1,"bids":[["100.00000000","1.00000000"]],"asks":[]})"));
  EXPECT_EQ(symbol.snapshot(1), json::parse(R"({"lastUpdateId":2,"bids":[["101.00000000","1.00000000"]],"asks":[]})"));
}

class BinanceVenueApi : public BinanceVenue {
 protected:
  explicit BinanceVenueApi(BinanceSimulatorOptions options = {}) : BinanceVenue{std::move(options)} {
    open(1, "/ws-api/v3");
  }
};

TEST_F(BinanceVenueApi, answers_with_status_result_and_limits) {
  EXPECT_EQ(ask(R"({"id":"a-1","method":"ping"})"), json::parse(R"({"id":"a-1","status":200,"result":{},"rateLimits":[
      {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000,"count":3}]})"));
  EXPECT_EQ(ask(R"({"id":1,"method":"time","params":{"returnRateLimits":false}})", 5ms),
            json::parse(R"({"id":1,"status":200,"result":{"serverTime":1700000000005}})"));
  venue.trade("ETHUSDT", 2'500, 1, false, at(0ms));
  EXPECT_EQ(ask(R"({"id":1,"method":"ticker.price","params":{"symbol":"ETHUSDT"}})")["result"],
            json::parse(R"({"symbol":"ETHUSDT","price":"2500.00000000"})"));
  set(100, 1);
  EXPECT_EQ(ask(R"({"id":1,"method":"depth","params":{"symbol":"BTCUSDT","limit":5}})")["result"]["lastUpdateId"], 1);
}

TEST_F(BinanceVenueApi, refuses_with_binances_codes) {
  const auto refusal = [&](const char* request, int status, int code) {
    const json answer = ask(request);
    EXPECT_EQ(answer["status"], status) << request;
    EXPECT_EQ(answer["error"]["code"], code) << request;
  };
  refusal("no JSON", 400, -1135);
  refusal(R"({"id":1,"method":"nothing"})", 400, -1020);
  refusal(R"({"id":1})", 400, -1020);
  refusal(R"({"id":1,"method":"depth"})", 400, -1102);
  refusal(R"({"id":1,"method":"depth","params":{"symbol":"DOGE"}})", 400, -1121);
  refusal(R"({"id":1,"method":"depth","params":{"symbol":"BTCUSDT","limit":0}})", 400, -1130);
  refusal(R"({"id":1,"method":"ticker.price","params":[]})", 400, -1102);
}

class BinanceVenueWeight : public BinanceVenueApi {
 protected:
  BinanceVenueWeight() : BinanceVenueApi{{.weight_limit = 8}} {}
};

TEST_F(BinanceVenueWeight, is_used_up_by_requests_and_comes_back_with_the_minute) {
  EXPECT_EQ(ask(R"({"id":1,"method":"depth","params":{"symbol":"BTCUSDT"}})")["status"], 200);
  const json refused = ask(R"({"id":1,"method":"ticker.price","params":{"symbol":"BTCUSDT"}})");
  EXPECT_EQ(refused["status"], 429);
  EXPECT_EQ(refused["error"]["code"], -1003);
  EXPECT_EQ(refused["error"]["data"]["retryAfter"], 1'700'000'040'000);
  EXPECT_EQ(ask(R"({"id":1,"method":"ping"})", 40s)["status"], 200);
}

}  // namespace
}  // namespace zenws::simulators::binance
