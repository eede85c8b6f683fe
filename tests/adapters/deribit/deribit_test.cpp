// The adapter as its user sees it, against the simulator.
#include "support/deribit.hpp"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/deribit.hpp>

#include "support/eventually.hpp"

namespace zenws::adapters {
namespace {

using namespace std::chrono_literals;
using simulators::DeribitSimulator;
using simulators::SimulatedSide;
using testing::connect;
using ::testing::Contains;
using testing::Disconnect;
using ::testing::ElementsAre;
using testing::eventually;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::options_for;

constexpr const char* perpetual = "BTC-PERPETUAL";

class DeribitAdapter : public ::testing::Test {
 protected:
  DeribitAdapter() {
    simulator.set_level(perpetual, SimulatedSide::sell, 50'000, 100);
    simulator.set_level(perpetual, SimulatedSide::buy, 49'900, 200);
  }
  DeribitSimulator simulator = testing::start_simulator();
};

TEST_F(DeribitAdapter, asks_the_market) {
  Deribit deribit = connect(options_for(simulator));
  EXPECT_GT(deribit.get_time().value(), 1'600'000'000'000);
  EXPECT_EQ(deribit.test().value(), "1.2.26");
  const auto instruments = deribit.get_instruments("any", "future");
  ASSERT_TRUE(instruments) << to_string(instruments.error());
  ASSERT_EQ(instruments->size(), 2U);
  EXPECT_EQ(instruments->front().tick_size, 0.5);
  EXPECT_EQ(deribit.ticker(perpetual)->best_ask_price, 50'000);
  const auto book = deribit.get_order_book(perpetual);
  ASSERT_TRUE(book) << to_string(book.error());
  EXPECT_THAT(book->bids, ElementsAre(Level{49'900, 200}));
  EXPECT_EQ(book->change_id, simulator.book(perpetual).change_id);
}

TEST_F(DeribitAdapter, trades) {
  Deribit deribit = connect(options_for(simulator));
  const auto bought = deribit.buy({.instrument_name = perpetual, .amount = 50});
  ASSERT_TRUE(bought) << to_string(bought.error());
  EXPECT_EQ(bought->order.average_price, 50'000);
  ASSERT_EQ(bought->trades.size(), 1U);
  const auto asked = deribit.sell({.instrument_name = perpetual, .amount = 20, .price = 50'500, .label = "mine"});
  ASSERT_TRUE(asked) << to_string(asked.error());
  EXPECT_TRUE(asked->order.is_open());
  const auto moved = deribit.edit(asked->order.order_id, 30, 50'600);
  ASSERT_TRUE(moved) << to_string(moved.error());
  const auto open = deribit.get_open_orders();
  ASSERT_EQ(open->size(), 1U);
  EXPECT_EQ(open->front().label, "mine");
  EXPECT_EQ(open->front().price, 50'600);
  EXPECT_EQ(deribit.get_positions("BTC")->front().size, 50);
  EXPECT_LT(deribit.get_account_summary("BTC")->available_funds, 10);
  EXPECT_EQ(deribit.cancel(asked->order.order_id)->cancel_reason, "user_request");
  EXPECT_EQ(deribit.get_order_state(asked->order.order_id)->order_state, "cancelled");
  EXPECT_EQ(deribit.cancel_all().value(), 0U);
}

TEST_F(DeribitAdapter, tells_refusals_with_deribits_code_and_text) {
  Deribit deribit = connect(options_for(simulator));
  const auto placed = deribit.buy({.instrument_name = perpetual, .amount = 10, .price = 49'000});
  ASSERT_TRUE(placed);
  ASSERT_TRUE(deribit.cancel(placed->order.order_id));
  const auto again = deribit.cancel(placed->order.order_id);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), (std::error_code{11044, deribit::error_category()}));
  EXPECT_EQ(again.error().detail(), "11044: not_open_order");
  EXPECT_EQ(deribit.ticker("DOGE").error().code().value(), 13020);
}

TEST_F(DeribitAdapter, calls_without_waiting_also_from_the_handler) {
  DeribitOptions options = options_for(simulator);
  std::promise<Result<deribit::Placed>> promise;
  Deribit deribit = connect(std::move(options));
  deribit.async_call<deribit::Placed>(
      deribit::buy({.instrument_name = perpetual, .amount = 10}), [&](Result<deribit::Placed> placed) {
        EXPECT_EQ(deribit.get_time().error(), errc::would_deadlock) << "the blocking form, on the loop";
        promise.set_value(std::move(placed));
      });
  EXPECT_EQ(promise.get_future().get()->order.order_state, "filled");
}

TEST_F(DeribitAdapter, calls_methods_that_it_has_no_function_for) {
  Deribit deribit = connect(options_for(simulator));
  const deribit::Call<int> hello{.method = "public/hello",
                                 .params = R"({"client_name":"me","client_version":"1"})",
                                 .read = [](const simdjson::dom::element&) -> Result<int> { return 7; }};
  EXPECT_EQ(deribit.call(hello).value(), 7);
  const deribit::Call<int> nothing{.method = "public/nothing", .params = "{}", .read = hello.read};
  EXPECT_EQ(deribit.call(nothing).error().code().value(), -32601);
}

TEST_F(DeribitAdapter, works_without_a_login_for_what_is_public) {
  const testing::NoKeyInTheEnvironment none;
  DeribitOptions options = options_for(simulator);
  options.client_id = options.client_secret = "";
  Deribit deribit = connect(std::move(options));
  EXPECT_TRUE(deribit.get_time());
  EXPECT_EQ(deribit.get_positions().error().code().value(), 13009);
  EXPECT_THAT(simulator.calls(1), Not(Contains("public/auth")));
}

TEST_F(DeribitAdapter, sets_up_a_connection_in_order_before_it_is_open) {
  DeribitOptions options = options_for(simulator);
  options.heartbeat = 30s;
  options.cancel_on_disconnect = true;
  options.client.authenticate = [](const ClientRef&, Authenticated done) { done({}); };
  Deribit deribit = connect(std::move(options));
  EXPECT_THAT(simulator.calls(1),
              ElementsAre("public/auth", "public/set_heartbeat", "private/enable_cancel_on_disconnect"));
  EXPECT_TRUE(deribit.get_cancel_on_disconnect()->enabled);
}

TEST_F(DeribitAdapter, leaves_notifications_in_the_mailbox_or_hands_them_to_the_handler) {
  Deribit deribit = connect(options_for(simulator));
  ASSERT_TRUE(deribit.subscribe_and_wait({"user.orders.any.any.raw", "ticker.BTC-PERPETUAL.100ms"}));
  EXPECT_THAT(std::string{deribit.client().receive(testing::patience)->text()}, HasSubstr("ticker.BTC-PERPETUAL"));
  EXPECT_EQ(deribit.watch_book(perpetual).error(), errc::invalid_config) << "without a handler books are not kept";
  ASSERT_TRUE(deribit.buy({.instrument_name = perpetual, .amount = 10, .price = 49'000}));
  EXPECT_THAT(std::string{deribit.client().receive(testing::patience)->text()}, HasSubstr("user.orders.any.any.raw"));
}

TEST_F(DeribitAdapter, keeps_books_beside_the_users_handler) {
  testing::LogOf<std::string> others;
  testing::LogOf<double> bests;
  DeribitOptions options = options_for(simulator);
  options.books.on_change = [&](std::string_view, const DeribitBook& book) { bests.add(book.best_bid()->price); };
  options.client.handler = [&](const Message& message) {
    if (const auto* const json = std::get_if<JsonMessage>(&message)) others.add(std::string{json->text});
  };
  Deribit deribit = connect(std::move(options));
  ASSERT_TRUE(deribit.watch_book(perpetual, "raw"));
  ASSERT_TRUE(deribit.subscribe_and_wait({"quote.BTC-PERPETUAL"}));
  simulator.set_level(perpetual, SimulatedSide::buy, 49'950, 10);
  ASSERT_TRUE(bests.wait_for_size(2));
  EXPECT_THAT(bests.all(), ElementsAre(49'900, 49'950));
  ASSERT_TRUE(others.wait_for_size(2));
  EXPECT_THAT(others.all()[1], HasSubstr("quote.BTC-PERPETUAL"));
  EXPECT_EQ(deribit.book(perpetual, "raw")->best_bid(), (Level{49'950, 10}));
  ASSERT_TRUE(deribit.unwatch_book(perpetual, "raw"));
  EXPECT_FALSE(deribit.book(perpetual, "raw"));
  EXPECT_TRUE(
      eventually([&] { return simulator.subscriptions(1) == std::vector<std::string>{"quote.BTC-PERPETUAL"}; }));
}

TEST_F(DeribitAdapter, subscribes_a_books_channel_again_when_it_cannot_be_read) {
  testing::LogOf<std::string> gaps;
  DeribitOptions options = options_for(simulator);
  options.books.on_change = [](std::string_view, const DeribitBook&) {};
  options.books.on_gap = [&](std::string_view channel) { gaps.add(std::string{channel}); };
  Deribit deribit = connect(std::move(options));
  ASSERT_TRUE(deribit.watch_book(perpetual));
  ASSERT_TRUE(eventually([&] { return deribit.book(perpetual).has_value(); }));
  simulator.server().inject_message(
      R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.100ms","data":{"type":"change"}}})");
  ASSERT_TRUE(gaps.wait_for("book.BTC-PERPETUAL.100ms"));
  EXPECT_TRUE(eventually([&] { return deribit.books().counts().snapshots == 2; }));
  EXPECT_EQ(deribit.books().counts().malformed, 1U);
}

TEST_F(DeribitAdapter, checks_its_options_first) {
  const testing::NoKeyInTheEnvironment none;
  const auto refused = [&](auto change) {
    DeribitOptions options = options_for(simulator);
    change(options);
    const auto connected = Deribit::connect(std::move(options));
    return !connected && connected.error() == errc::invalid_config;
  };
  EXPECT_TRUE(refused([](DeribitOptions& options) { options.heartbeat = 9s; }));
  EXPECT_TRUE(refused([](DeribitOptions& options) { options.client_secret = ""; }));
  EXPECT_TRUE(refused([](DeribitOptions& options) { options.url = "https://test.deribit.com"; }));
  EXPECT_TRUE(refused([](DeribitOptions& options) {
    options.client_id = options.client_secret = "";
    options.cancel_on_disconnect = true;
  }));
  EXPECT_EQ(simulator.server().accepted(), 0U);
}

TEST_F(DeribitAdapter, answers_test_requests) {
  DeribitSimulator strict = testing::start_simulator({.heartbeat_second = 1ms});
  DeribitOptions options = options_for(strict);
  options.heartbeat = 10s;
  Deribit deribit = connect(std::move(options));
  const auto answers = [&] { return std::ranges::count(strict.calls(1), "public/test"); };
  EXPECT_TRUE(eventually([&] { return answers() >= 5; })) << "one for each test_request, every 10 ms";
  EXPECT_EQ(deribit.client().get_state(), State::connected);
}

TEST_F(DeribitAdapter, pays_for_its_requests_by_the_limiter) {
  DeribitOptions options = options_for(simulator);
  options.limit_rate = true;
  Deribit deribit = connect(std::move(options));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(deribit.buy({.instrument_name = perpetual, .amount = 10, .price = 49'000}));
  EXPECT_EQ(std::ranges::count(simulator.calls(1), "private/buy"), 3);
}

}  // namespace
}  // namespace zenws::adapters
