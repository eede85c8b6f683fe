// What a rotation holds back is bounded in bytes: the new connection is given up, or waits; nothing is lost.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/json_rpc.hpp"
#include "support/log_of.hpp"
#include "support/numbered_feed.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::LogOf;
using testing::numbered;
using testing::patience;
using testing::ReceivedMessage;
using testing::Reply;
using testing::Server;
using testing::Venue;

constexpr std::size_t held_limit = 200'000;
// What a turn of reading may bring beyond it.
constexpr std::size_t turn_bytes = std::size_t{4} << 20U;

struct ARotation : ::testing::Test {
  Options options() {
    Options options{.retry_delay = 1ms, .request_timeout = patience, .jitter = 0, .handover_bytes = held_limit};
    options.handler = [this](const Message& message) {
      if (std::holds_alternative<JsonMessage>(message)) updates.add(1);
    };
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    return options;
  }
  void expect_given_up_then_done(const Client& client) {
    EXPECT_TRUE(eventually([&] { return client.get_state_metrics().rotation_failures >= 1; }));
    EXPECT_EQ(client.get_state(), State::connected);
    EXPECT_EQ(client.get_state_metrics().epoch, 1U) << "the old connection serves";
    venue.be_silent(false);
    EXPECT_TRUE(eventually([&] { return client.get_state_metrics().rotations == 1; }));
  }
  static std::string large(std::uint64_t number) {
    std::string update = numbered("book.A.raw", number);
    return update.insert(update.find("\"change_id\""), R"("padding":")" + std::string(1000, 'x') + "\",");
  }

  Venue venue;
  Server server = *Server::start({.script = venue.script()});
  LogOf<int> updates;
  LogOf<std::string> events;
};

TEST_F(ARotation, gives_up_a_connection_that_floods_and_never_confirms) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe_and_wait({"book.A.raw"}));
  venue.be_silent(true);
  ASSERT_TRUE(client->rotate());
  ASSERT_TRUE(eventually([&] { return venue.ignored() == 1; }));
  for (std::uint64_t i = 1; i <= 2'000; ++i) (void)server.inject_message(large(i), 2);
  expect_given_up_then_done(*client);
  EXPECT_EQ(updates.size(), 0U);
}

TEST_F(ARotation, is_given_up_when_the_old_connection_names_ever_new_channels) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe_and_wait({"book.A.raw"}));
  venue.be_silent(true);
  ASSERT_TRUE(client->rotate());
  ASSERT_TRUE(eventually([&] { return venue.ignored() == 1; }));
  constexpr std::size_t names = 5'000;
  for (std::size_t i = 0; i < names; ++i)
    ASSERT_TRUE(server.inject_message(numbered("book." + std::to_string(i), 1), 1));
  expect_given_up_then_done(*client);
  EXPECT_TRUE(updates.wait_for_size(names));
}

TEST_F(ARotation, is_not_read_beyond_its_bound_while_the_old_connection_ends) {
  constexpr std::uint64_t count = 20'000;
  std::atomic<std::int64_t> slow{0};
  server.set_script([&, venue_answers = venue.script()](const ReceivedMessage& message) {
    if (!message.payload.contains("slow")) return venue_answers(message);
    slow = *testing::id_of(message);
    return std::vector<Reply>{};
  });
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe_and_wait({"book.A.raw"}));
  auto answer = async_request(*client, "slow", boost::asio::use_future);
  ASSERT_TRUE(eventually([&] { return slow != 0; }));
  ASSERT_TRUE(client->rotate());
  ASSERT_TRUE(eventually([&] { return client->get_state_metrics().epoch == 2; }));
  for (std::uint64_t i = 1; i <= count; ++i) ASSERT_TRUE(server.inject_message(large(i), 2));
  ASSERT_TRUE(eventually([&] { return client->get_state_metrics().handover_bytes > held_limit; }));
  std::this_thread::sleep_for(200ms);
  EXPECT_LT(client->get_state_metrics().handover_bytes, held_limit + turn_bytes);
  EXPECT_GE(client->get_state_metrics().state_memory, client->get_state_metrics().handover_bytes);
  ASSERT_TRUE(server.inject_message(testing::answer(slow), 1));
  EXPECT_TRUE(answer.get());
  EXPECT_TRUE(updates.wait_for_size(count));
  EXPECT_TRUE(events.wait_for("rotated 2"));
  EXPECT_TRUE(client->request("public/test"));
  EXPECT_EQ(updates.size(), count);
  EXPECT_LT(client->get_state_metrics().handover_bytes, held_limit);
}

}  // namespace
}  // namespace zenws
