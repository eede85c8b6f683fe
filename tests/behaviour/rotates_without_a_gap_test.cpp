// A rotation puts a fresh connection in the place of an old one: nothing is lost, nothing comes twice, nobody notices.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/json_rpc.hpp"
#include "support/log_of.hpp"
#include "support/numbered_feed.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using testing::Disconnect;
using ::testing::ElementsAre;
using testing::LogOf;
using ::testing::Not;
using testing::NumberedFeed;
using testing::patience;
using testing::ReceivedMessage;
using testing::Reply;
using testing::Server;
using testing::Venue;
using Names = std::vector<std::string>;

// What has come of each channel, and whether it was the next number each time. Touched on the client's loop, and when
// that has ended.
class Seen {
 public:
  void take(const simdjson::dom::element& update) {
    std::string_view channel;
    std::uint64_t number = 0;
    if (update.at_pointer("/params/channel").get(channel) != simdjson::SUCCESS ||
        update.at_pointer("/params/data/change_id").get(number) != simdjson::SUCCESS) {
      return;
    }
    ++updates;
    if (number > newest) {
      at_newest = 0;
      newest = number;
    }
    if (number == newest) ++at_newest;
    const auto [last, is_first] = last_.try_emplace(std::string{channel}, number);
    if (is_first) return;
    lost += number > last->second + 1 ? number - last->second - 1 : 0;
    repeated += number <= last->second ? 1U : 0U;
    last->second = std::max(last->second, number);
  }
  [[nodiscard]] bool has_all_until(std::uint64_t number, std::size_t channels) const {
    return last_.size() == channels &&
           std::ranges::all_of(last_, [number](const auto& one) { return one.second == number; });
  }
  // For any thread: the greatest number, and of how many channels it has come.
  std::atomic<std::uint64_t> newest{0};
  std::atomic<std::size_t> at_newest{0};
  std::uint64_t updates = 0;
  std::uint64_t lost = 0;
  std::uint64_t repeated = 0;

 private:
  std::map<std::string, std::uint64_t> last_;
};

class Rotates : public ::testing::Test {
 protected:
  Options options() {
    Options options{.retry_delay = 1ms, .request_timeout = patience, .jitter = 0, .stable_after = 0ms};
    options.on_lifecycle = [this](const Lifecycle& event) { events.add(testing::words(event)); };
    options.handler = [this](const Message& message) {
      if (const auto* json = std::get_if<JsonMessage>(&message)) seen.take(json->json);
    };
    options.dialect = nullptr;  // Deribit's is the default
    return options;
  }
  static Names channels(int count) {
    Names names;
    for (int i = 0; i < count; ++i) names.push_back("book.C-" + std::to_string(i) + ".raw");
    return names;
  }
  void rotate(Client& client) {
    const std::uint64_t before = client.get_state_metrics().rotations;
    ASSERT_TRUE(client.rotate());
    const bool rotated = testing::eventually([&] { return client.get_state_metrics().rotations > before; });
    const StateMetrics metrics = client.get_state_metrics();
    ASSERT_TRUE(rotated) << metrics.pending_requests_size << " requests wait, " << metrics.handover_bytes
                         << " bytes are held, " << metrics.rotation_failures << " attempts failed, connection "
                         << metrics.epoch << " of " << server.accepted() << ", " << metrics.confirmed_size
                         << " confirmed";
  }
  // A request that has reached the server, which has not answered it.
  std::future<Result<Response>> ask_for_slow(const Client& client, int id) {
    const std::string text = R"({"id":)" + std::to_string(id) + R"(,"method":"slow"})";
    auto answer = async_request(client, text, boost::asio::use_future);
    EXPECT_TRUE(testing::assert_message_sent(server, text, patience));
    return answer;
  }
  // The new connection has taken over; the old one stays while its requests are unanswered.
  void have_both_open(Client& client) {
    ASSERT_TRUE(client.rotate());
    ASSERT_TRUE(testing::eventually([&] { return client.get_state_metrics().epoch == 2; }));
  }
  // The successor is open, and waits for its subscription to be confirmed.
  void hold_up_a_rotation(Client& client) {
    ASSERT_TRUE(client.subscribe_and_wait({"a"}));
    venue.be_silent(true);
    ASSERT_TRUE(client.rotate());
    ASSERT_TRUE(testing::eventually([&] { return venue.ignored() == 1; })) << "the successor's subscription";
  }
  Names received_on(std::uint64_t connection) {
    Names payloads;
    for (const ReceivedMessage& message : server.received()) {
      if (message.connection == connection) payloads.push_back(message.payload);
    }
    return payloads;
  }

  Venue venue;
  Server server = *Server::start({.script = venue.script()});
  LogOf<std::string> events;
  Seen seen;
};

TEST_F(Rotates, a_hundred_times_under_full_feed_and_loses_and_repeats_nothing) {
  constexpr int rotations = 100;
  constexpr int books = 20;
  server.set_script([this, venue_answers = venue.script()](const ReceivedMessage& message) {
    std::vector<Reply> replies = venue_answers(message);
    if (!message.payload.contains("slow")) return replies;
    server.call_after(5ms, [this, to = message.connection, answer = replies.front().payload] {
      std::ignore = server.inject_message(answer, to);
    });
    return std::vector<Reply>{};
  });
  Options with = options();
  with.close_timeout = patience;  // how far behind the server's sending a slow machine may be
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe_and_wait(channels(books)));
  NumberedFeed feed{server, venue, seen.newest};
  for (int i = 0; i < rotations; ++i) {
    // Both connections stay open until it is answered.
    auto slow = async_request(*client, "slow", boost::asio::use_future);
    rotate(*client);
    ASSERT_TRUE(slow.get());
  }
  const std::uint64_t last = feed.stop();
  EXPECT_TRUE(testing::eventually([&] { return seen.newest == last && seen.at_newest == books; }));
  const StateMetrics metrics = client->get_state_metrics();
  EXPECT_THAT(events.all(), ::testing::SizeIs(1 + rotations));
  ASSERT_TRUE(client->close());
  EXPECT_TRUE(seen.has_all_until(last, books));
  EXPECT_EQ(seen.lost, 0U);
  EXPECT_EQ(seen.repeated, 0U);
  EXPECT_EQ(metrics.rotations, static_cast<std::uint64_t>(rotations));
  EXPECT_EQ(metrics.reconnects, 0U);
  EXPECT_GT(metrics.repeated_updates, 0U);
  std::printf(
      "rotation: %d under full feed | %llu updates of %d books | lost %llu, delivered twice %llu | came twice %llu\n",
      rotations, static_cast<unsigned long long>(seen.updates), books, static_cast<unsigned long long>(seen.lost),
      static_cast<unsigned long long>(seen.repeated), static_cast<unsigned long long>(metrics.repeated_updates));
}

// The loop reads a part, sees that the new connection is ready, and has the rest of the old one still before it.
TEST_F(Rotates, when_much_that_the_old_connection_brought_is_unread) {
  constexpr std::uint64_t updates = 40'000;
  std::promise<void> release;
  std::promise<std::int64_t> asked;
  Options with = options();
  with.handler = [this, released = release.get_future().share()](const Message& message) {
    if (const auto* json = std::get_if<JsonMessage>(&message)) return seen.take(json->json);
    released.wait();
  };
  server.set_script([&, venue_answers = venue.script()](const ReceivedMessage& message) {
    std::vector<Reply> replies = venue_answers(message);
    if (message.connection == 2) {
      asked.set_value(*testing::id_of(message));
      replies.clear();
    }
    return replies;
  });
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"book.A.raw"}));
  ASSERT_TRUE(client->rotate());
  const std::int64_t id = asked.get_future().get();
  ASSERT_TRUE(server.inject_message("wait", 1));
  for (std::uint64_t i = 1; i <= updates; ++i)
    ASSERT_TRUE(server.inject_message(testing::numbered("book.A.raw", i), 1));
  ASSERT_TRUE(server.inject_message(testing::answer(id, R"(["book.A.raw"])"), 2));
  release.set_value();
  ASSERT_TRUE(events.wait_for("rotated 2"));
  ASSERT_TRUE(client->close());
  EXPECT_EQ(seen.updates, updates);
  EXPECT_EQ(seen.lost, 0U);
  EXPECT_TRUE(seen.has_all_until(updates, 1));
}

TEST_F(Rotates, and_stays_connected_all_the_while) {
  std::atomic<int> joined{0};
  std::atomic<int> left{0};
  Options with = options();
  with.on_connect = [&](const ClientRef&) { ++joined; };
  with.on_disconnect = [&](const ClientRef&) { ++left; };
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"a", "b"}));
  rotate(*client);
  EXPECT_EQ(client->get_state(), State::connected);
  EXPECT_EQ(client->get_state_metrics().epoch, 2U);
  EXPECT_EQ(client->get_state_metrics().confirmed_size, 2U);
  EXPECT_EQ(joined, 1);
  EXPECT_EQ(left, 0);
  EXPECT_THAT(events.all(), ElementsAre("connected 1", "rotated 2"));
  EXPECT_EQ(venue.subscribed(2), (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(server.open_connections(), 1U);
  EXPECT_EQ(server.closes().size(), 1U);
}

TEST_F(Rotates, with_every_message_sent_meanwhile_arriving_once) {
  constexpr int messages = 20'000;
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  std::jthread sender{[sending = *client]() mutable {
    for (int i = 0; i < messages; ++i) {
      EXPECT_TRUE(sending.send_message(std::to_string(i)));
      if (i % 50 == 0) std::this_thread::sleep_for(200us);
    }
  }};
  for (int i = 0; i < 10; ++i) rotate(*client);
  sender.join();
  ASSERT_TRUE(testing::eventually([&] { return server.received_count() >= messages; }));
  std::set<std::string> unique;
  for (const ReceivedMessage& message : server.received()) unique.insert(message.payload);
  EXPECT_EQ(server.received_count(), static_cast<std::uint64_t>(messages));
  EXPECT_EQ(unique.size(), static_cast<std::size_t>(messages));
  EXPECT_EQ(client->get_state_metrics().dropped_on_disconnect, 0U);
}

TEST_F(Rotates, when_the_old_connections_requests_are_answered) {
  server.set_script([](const ReceivedMessage&) { return std::vector<Reply>{}; });
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  auto answer = ask_for_slow(*client, 1);
  ASSERT_NO_FATAL_FAILURE(have_both_open(*client));
  EXPECT_EQ(server.open_connections(), 2U);
  EXPECT_EQ(client->get_state_metrics().rotations, 0U);
  ASSERT_TRUE(server.inject_message(testing::answer(1, "true"), 1));
  EXPECT_TRUE(answer.get());
  EXPECT_TRUE(events.wait_for("rotated 2"));
}

TEST_F(Rotates, ending_the_old_connections_requests_when_that_one_is_lost) {
  server.set_script([](const ReceivedMessage&) { return std::vector<Reply>{}; });
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  auto old = ask_for_slow(*client, 1);
  ASSERT_NO_FATAL_FAILURE(have_both_open(*client));
  auto young = ask_for_slow(*client, 2);
  ASSERT_TRUE(server.simulate_disconnect(Disconnect::abrupt(), 1));
  EXPECT_EQ(old.get().error(), errc::disconnected);
  ASSERT_TRUE(server.inject_message(testing::answer(2, "true"), 2));
  EXPECT_TRUE(young.get());
  EXPECT_THAT(events.all(), Not(Contains("disconnected 1006")));
}

TEST_F(Rotates, logging_in_on_the_new_connection_before_it_subscribes_there) {
  Options with = options();
  with.authenticate = [](const ClientRef& ref, Authenticated done) {
    const auto client = ref.lock();
    if (!client) return;
    async_request(*client, "public/auth", [done = std::move(done)](const Result<Response>& answer) mutable {
      done(answer ? Result<>{} : std::unexpected{answer.error()});
    });
  };
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"a"}));
  rotate(*client);
  const Names second = received_on(2);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_THAT(second[0], ::testing::HasSubstr("public/auth"));
  EXPECT_THAT(second[1], ::testing::HasSubstr("public/subscribe"));
  for (const std::string& payload : received_on(1)) EXPECT_NE(payload, second[0]);
}

TEST_F(Rotates, trying_again_while_the_present_connection_serves) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"a"}));
  server.set_faults({.refuse_upgrade = HttpResponse{.status = 503, .reason = "Busy"}});
  ASSERT_TRUE(client->rotate());
  ASSERT_TRUE(testing::eventually([&] { return client->get_state_metrics().rotation_failures >= 2; }));
  EXPECT_EQ(client->get_state(), State::connected);
  EXPECT_TRUE(client->request("public/test"));
  server.set_faults({});
  EXPECT_TRUE(testing::eventually([&] { return client->get_state_metrics().rotations == 1; }));
  EXPECT_TRUE(client->request("public/test"));
}

TEST_F(Rotates, not_to_a_connection_that_is_refused_a_channel) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"a", "b"}));
  venue.refuse({"b"});
  ASSERT_TRUE(client->rotate());
  ASSERT_TRUE(testing::eventually([&] { return client->get_state_metrics().rotation_failures >= 1; }));
  EXPECT_EQ(client->get_state_metrics().confirmed_size, 2U);
  venue.refuse({});
  ASSERT_TRUE(testing::eventually([&] { return client->get_state_metrics().rotations == 1; }));
  EXPECT_EQ(client->get_state_metrics().confirmed_size, 2U);
  for (const std::string& event : events.all()) EXPECT_FALSE(event.starts_with("rejected")) << event;
}

TEST_F(Rotates, with_channels_that_are_wanted_meanwhile) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"a"}));
  server.set_faults({.delay_upgrade = 50ms});
  ASSERT_TRUE(client->rotate());
  ASSERT_TRUE(client->subscribe_and_wait({"b"}));
  ASSERT_TRUE(client->unsubscribe({"a"}));
  ASSERT_TRUE(testing::eventually([&] { return client->get_state_metrics().rotations == 1; }));
  EXPECT_TRUE(testing::eventually([&] { return venue.subscribed(2) == std::set<std::string>{"b"}; }));
}

TEST_F(Rotates, by_itself_at_its_age) {
  Options with = options();
  with.max_age = 20ms;
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client);
  EXPECT_TRUE(testing::eventually([&] { return client->get_state_metrics().rotations >= 3; }));
  EXPECT_EQ(client->get_state(), State::connected);
}

TEST_F(Rotates, no_more_when_the_present_connection_is_lost) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_NO_FATAL_FAILURE(hold_up_a_rotation(*client));
  venue.be_silent(false);
  ASSERT_TRUE(server.simulate_disconnect(Disconnect::abrupt(), 1));
  ASSERT_TRUE(events.wait_for("restored a"));
  EXPECT_TRUE(testing::eventually([&] { return server.open_connections() == 1; }));
  EXPECT_EQ(client->get_state_metrics().rotations, 0U);
  rotate(*client);
}

TEST_F(Rotates, and_delivers_what_the_next_connection_brings_when_the_present_one_is_lost_before_the_take_over) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_NO_FATAL_FAILURE(hold_up_a_rotation(*client));
  ASSERT_TRUE(server.inject_message(testing::numbered("a", 1), 1));
  for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(server.inject_message(testing::numbered("a", i), 2));
  ASSERT_TRUE(testing::eventually([&] { return client->get_state_metrics().handover_bytes != 0; }));
  venue.be_silent(false);
  ASSERT_TRUE(server.simulate_disconnect(Disconnect::abrupt(), 1));
  ASSERT_TRUE(events.wait_for("restored a"));
  ASSERT_TRUE(server.inject_message(testing::numbered("a", 7)));
  EXPECT_TRUE(testing::eventually([&] { return seen.newest == 7; }));
  EXPECT_EQ(client->get_state_metrics().handover_bytes, 0U);
  ASSERT_TRUE(client->close());
  EXPECT_EQ(seen.updates, 2U) << "what the successor brought went with it";
}

TEST_F(Rotates, not_any_more_after_close) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  server.set_faults({.delay_upgrade = 10s});
  ASSERT_TRUE(client->rotate());
  ASSERT_TRUE(testing::eventually([&] { return server.accepted() == 2; }));
  EXPECT_TRUE(client->close());
  EXPECT_TRUE(testing::eventually([&] { return server.open_connections() == 0; }));
  EXPECT_EQ(client->rotate().error(), errc::not_connected);
}

TEST_F(Rotates, and_sends_by_the_end_what_was_sent_before_on_the_old_connection) {
  constexpr std::size_t count = 120;
  const std::string large(std::size_t{100} << 10U, 'x');
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  server.pause_reading(true);
  for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(client->send_message(large + std::to_string(i)));
  ASSERT_NO_FATAL_FAILURE(have_both_open(*client));
  std::thread closer{[&] { EXPECT_TRUE(client->close()); }};
  EXPECT_TRUE(testing::eventually([&] { return client->get_state() == State::disconnected; }));
  server.pause_reading(false);
  closer.join();
  EXPECT_TRUE(testing::eventually([&] { return received_on(1).size() == count; })) << received_on(1).size();
  EXPECT_EQ(client->get_state_metrics().dropped_on_disconnect, 0U);
}

TEST_F(Rotates, and_is_closed_with_both_connections_open) {
  server.set_script([](const ReceivedMessage&) { return std::vector<Reply>{}; });
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  auto answer = ask_for_slow(*client, 1);
  ASSERT_NO_FATAL_FAILURE(have_both_open(*client));
  EXPECT_TRUE(client->close());
  EXPECT_EQ(answer.get().error(), errc::closed);
  EXPECT_TRUE(testing::eventually([&] { return server.open_connections() == 0; }));
}

TEST_F(Rotates, into_a_mailbox_that_is_full) {
  Options with = options();
  with.handler = {};
  with.mailbox_limit = 10;
  auto client = Client::connect(server.url(), with);
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait(channels(3)));
  NumberedFeed feed{server, venue, seen.newest};
  for (int i = 0; i < 5; ++i) {
    // Full, or not yet read so far that it fills again.
    ASSERT_TRUE(testing::eventually([&] { return client->get_state_metrics().mailbox_size > with.mailbox_limit / 2; }));
    const std::uint64_t wanted = client->get_state_metrics().rotations + 1;
    ASSERT_TRUE(client->rotate());
    for (int tries = 0; client->get_state_metrics().rotations < wanted && tries < 1'000'000; ++tries) {
      auto message = client->receive(patience);
      ASSERT_TRUE(message) << to_string(message.error());
      const Message view = message->view();
      if (const auto* json = std::get_if<JsonMessage>(&view)) seen.take(json->json);
    }
  }
  EXPECT_GT(seen.updates, 0U);
  EXPECT_EQ(seen.lost, 0U);
  EXPECT_EQ(seen.repeated, 0U);
}

}  // namespace
}  // namespace zenws
