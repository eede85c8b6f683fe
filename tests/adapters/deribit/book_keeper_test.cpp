// The keeper with a client of the user's own: which messages are its, and which books it has.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/adapters/deribit_book.hpp>
#include <zenws/client.hpp>
#include <zenws/simulators/deribit_simulator.hpp>

#include "support/deribit.hpp"
#include "support/eventually.hpp"

namespace zenws::adapters {
namespace {

using simulators::DeribitSimulator;
using simulators::SimulatedSide;
using ::testing::ElementsAre;
using testing::eventually;
using testing::patience;

constexpr const char* channel = "book.BTC-PERPETUAL.100ms";

class BookKeeper : public ::testing::Test {
 protected:
  BookKeeper() {
    auto connected = Client::connect(simulator.url(), {.request_timeout = patience});
    EXPECT_TRUE(connected) << to_string(connected.error());
    client = *connected;
    EXPECT_TRUE(client->subscribe_and_wait({channel}));
  }
  // Takes one message from the mailbox to the keeper.
  bool take() {
    auto message = client->receive(patience);
    EXPECT_TRUE(message) << to_string(message.error());
    return message && keeper.take(message->view(), *client);
  }
  DeribitSimulator simulator = testing::start_simulator();
  std::optional<Client> client;
  DeribitBookKeeper keeper;
};

TEST_F(BookKeeper, takes_notifications_of_books_and_nothing_else) {
  EXPECT_TRUE(take());
  EXPECT_THAT(keeper.channels(), ElementsAre(channel));
  for (const char* other :
       {R"({"method":"subscription","params":{"channel":"ticker.X.100ms","data":{}}})",
        R"({"method":"subscription","params":{"channel":"book.X.none.10.100ms","data":{}}})",
        R"({"method":"subscription","params":{"channel":"book.X.100ms"}})",
        R"({"method":"heartbeat","params":{"channel":"book.X.100ms","data":{}}})", "[1]", "1", "text"}) {
    simulator.server().inject_message(other);
    EXPECT_FALSE(take()) << other;
  }
  EXPECT_THAT(keeper.channels(), ElementsAre(channel));
}

TEST_F(BookKeeper, subscribes_again_a_book_that_grew_too_deep_and_names_the_limit) {
  ASSERT_TRUE(take());
  const auto copy = keeper.book(channel);
  const std::size_t depth = std::max(copy->bids().size(), copy->asks().size());
  std::vector<std::string> told;
  keeper =
      DeribitBookKeeper{{.on_gap = [&](std::string_view which) { told.push_back("gap " + std::string{which}); },
                         .on_failure = [&](std::string_view, const Error& error) { told.push_back(to_string(error)); },
                         .most_levels = depth}};
  ASSERT_TRUE(client->unsubscribe({channel}));
  ASSERT_TRUE(client->subscribe_and_wait({channel}));
  while (!keeper.book(channel) || !keeper.book(channel)->is_in_sync()) ASSERT_TRUE(take());
  for (int i = 0; keeper.counts().too_deep == 0; ++i) {
    simulator.set_level("BTC-PERPETUAL", SimulatedSide::buy, 40'000 - i * 0.5, 10);
    ASSERT_TRUE(take());
  }
  EXPECT_FALSE(keeper.book(channel)->is_in_sync());
  EXPECT_TRUE(keeper.book(channel)->bids().empty());
  EXPECT_THAT(
      told, ElementsAre(::testing::HasSubstr("most_levels, " + std::to_string(depth)), "gap " + std::string{channel}));
  EXPECT_TRUE(eventually([&] { return keeper.counts().resubscribed == 1; }));
}

TEST_F(BookKeeper, keeps_no_more_books_than_it_may_and_tells_of_the_others) {
  constexpr const char* other = "book.ETH-PERPETUAL.100ms";
  std::vector<std::string> told;
  keeper = DeribitBookKeeper{
      {.on_failure = [&](std::string_view which,
                         const Error& error) { told.push_back(std::string{which} + " " + to_string(error)); },
       .most_books = 1}};
  ASSERT_TRUE(take());
  ASSERT_TRUE(client->subscribe_and_wait({other}));
  ASSERT_TRUE(take());
  EXPECT_THAT(keeper.channels(), ElementsAre(channel));
  EXPECT_EQ(keeper.counts().too_many, 1U);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], ::testing::StartsWith(other));
  EXPECT_THAT(told[0], ::testing::HasSubstr("most_books, 1"));
  keeper.forget(channel);
  ASSERT_TRUE(client->unsubscribe({other}));
  ASSERT_TRUE(client->subscribe_and_wait({other}));
  ASSERT_TRUE(take()) << "now there is room";
  EXPECT_THAT(keeper.channels(), ElementsAre(other));
}

TEST_F(BookKeeper, has_no_book_before_its_snapshot_nor_after_it_was_let_go) {
  EXPECT_FALSE(keeper.book(channel));
  ASSERT_TRUE(take());
  EXPECT_TRUE(keeper.book(channel));
  keeper.forget(channel);
  EXPECT_FALSE(keeper.book(channel));
  simulator.set_level("BTC-PERPETUAL", SimulatedSide::buy, 49'000, 10);
  ASSERT_TRUE(take()) << "a change that was on its way";
  EXPECT_FALSE(keeper.book(channel));
  EXPECT_TRUE(keeper.channels().empty());
}

TEST_F(BookKeeper, subscribes_again_on_the_client_it_is_given) {
  ASSERT_TRUE(take());
  simulator.skip_changes("BTC-PERPETUAL");
  simulator.set_level("BTC-PERPETUAL", SimulatedSide::buy, 49'000, 10);
  simulator.set_level("BTC-PERPETUAL", SimulatedSide::buy, 49'100, 10);
  ASSERT_TRUE(take());
  EXPECT_FALSE(keeper.book(channel)->is_in_sync());
  ASSERT_TRUE(take()) << "the new snapshot";
  EXPECT_TRUE(keeper.book(channel)->is_in_sync());
  EXPECT_EQ(keeper.book(channel)->bids().size(), 2U);
  EXPECT_TRUE(eventually([&] { return keeper.counts().resubscribed == 1; }));
}

TEST_F(BookKeeper, gives_up_a_book_that_the_venue_refuses_three_times) {
  testing::LogOf<std::string> failures;
  keeper = DeribitBookKeeper{{.on_failure = [&](std::string_view which, const Error& error) {
    failures.add(std::string{which} + " " + to_string(error));
  }}};
  ASSERT_TRUE(take());
  simulator.skip_changes("BTC-PERPETUAL");
  simulator.set_level("BTC-PERPETUAL", SimulatedSide::buy, 49'000, 10);
  simulator.set_level("BTC-PERPETUAL", SimulatedSide::buy, 49'100, 10);
  simulator.server().set_script([](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
    constexpr std::size_t id_at = std::string_view{R"({"jsonrpc":"2.0","id":)"}.size();
    const std::string id = message.payload.substr(id_at, message.payload.find(',', id_at) - id_at);
    return {
        {.binary = false, .payload = R"({"id":)" + id + R"(,"error":{"code":11051,"message":"system_maintenance"}})"}};
  });
  const std::uint64_t before = simulator.server().received_count();
  ASSERT_TRUE(take());
  ASSERT_TRUE(failures.wait_for_size(1));
  EXPECT_THAT(failures.all()[0], ::testing::HasSubstr("book.BTC-PERPETUAL.100ms"));
  EXPECT_THAT(failures.all()[0], ::testing::HasSubstr("11051: system_maintenance"));
  EXPECT_EQ(simulator.server().received_count(), before + 3);
}

}  // namespace
}  // namespace zenws::adapters
