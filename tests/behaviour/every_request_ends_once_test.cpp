// A request ends exactly once: as its answer, or told why there is none. It is never sent twice.
#include <atomic>
#include <future>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

#include "support/json_rpc.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::answer;
using testing::Disconnect;
using testing::id_of;
using testing::LogOf;
using testing::patience;
using testing::ReceivedMessage;
using testing::Reply;
using testing::Server;

std::vector<Reply> answers(const ReceivedMessage& message) { return {{false, answer(*id_of(message))}}; }
std::vector<Reply> silence(const ReceivedMessage&) { return {}; }

Server start(testing::Script script) { return *Server::start({.script = std::move(script)}); }

// What handlers are told, as text.
Options listening(LogOf<std::string>& heard) {
  Options options{.retry_count = 0, .request_timeout = patience};
  options.handler = overloaded{
      [&](const UnmatchedResponse& m) { heard.add("unmatched " + std::string{m.text}); },
      [&](const JsonMessage& m) { heard.add("json " + std::string{m.text}); },
      [&](const TextMessage& m) { heard.add("text " + std::string{m.text}); },
      [](const auto&) {},
  };
  return options;
}

TEST(Request, ends_with_its_answer_which_nobody_else_sees) {
  const Server server = start(answers);
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client) << to_string(client.error());
  const auto response = client->request("public/get_time", R"({"a":1})");
  ASSERT_TRUE(response) << to_string(response.error());
  EXPECT_GT(response->round_trip().count(), 0);
  const std::string sent = server.received().at(0).payload;
  EXPECT_EQ(response->text(), answer(*id_of(server.received()[0])));
  EXPECT_TRUE(sent.contains(R"("method":"public/get_time")") && sent.contains(R"("params":{"a":1})")) << sent;
  EXPECT_EQ(client->get_state_metrics().pending_requests_size, 0U);
  EXPECT_EQ(client->get_latency_stats().count, 1U);
  EXPECT_EQ(heard.size(), 0U);
}

TEST(Request, ends_with_its_answer_also_when_that_is_more_json_than_the_parser_holds) {
  const std::string deep = std::string(1100, '[') + std::string(1100, ']');
  for (const std::string& result :
       {std::string{"92233720368547758423"}, std::string{"1e400"}, std::string{R"("\ud800")"}, deep}) {
    const Server server = start(
        [&](const ReceivedMessage& message) { return std::vector<Reply>{{false, answer(*id_of(message), result)}}; });
    LogOf<std::string> heard;
    auto client = Client::connect(server.url(), listening(heard));
    ASSERT_TRUE(client) << to_string(client.error());
    const auto response = client->request("m");
    ASSERT_TRUE(response) << result << to_string(response.error());
    EXPECT_TRUE(response->text().contains(result));
    EXPECT_EQ(heard.size(), 0U);
  }
}

TEST(Request, takes_a_whole_request_with_the_users_id_number_or_text) {
  const Server server = start([](const ReceivedMessage& message) {
    const std::string id = message.payload.contains("\"7\"") ? "\"7\"" : "7";
    return std::vector<Reply>{
        {false, R"({"id":)" + id + R"(,"result":"for )" + (id.size() > 1 ? "text" : "number") + "\"}"}};
  });
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client);
  EXPECT_EQ(client->request(R"({"id":7,"method":"m"})")->text(), R"({"id":7,"result":"for number"})");
  EXPECT_EQ(client->request(R"({"id":"7","method":"m"})")->text(), R"({"id":"7","result":"for text"})");
}

TEST(Request, is_matched_whatever_the_order_of_the_answers) {
  // Answers in reverse, once all are there.
  std::vector<std::int64_t> ids;
  const Server server = start([&](const ReceivedMessage& message) {
    ids.push_back(*id_of(message));
    std::vector<Reply> replies;
    if (ids.size() == 20) {
      for (auto id = ids.rbegin(); id != ids.rend(); ++id) replies.push_back({false, answer(*id, std::to_string(*id))});
    }
    return replies;
  });
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client);
  LogOf<std::string> ended;
  for (int id = 1; id <= 20; ++id) {
    async_request(*client, R"({"method":"m","id":)" + std::to_string(id) + "}",
                  [&ended, id](const Result<Response>& r) {
                    ended.add(r && r->text() == answer(id, std::to_string(id)) ? "right" : "wrong");
                  });
  }
  ASSERT_TRUE(ended.wait_for_size(20));
  EXPECT_EQ(std::ranges::count(ended.all(), "right"), 20);
}

TEST(Request, with_an_id_that_is_pending_is_refused_and_not_sent) {
  const Server server = start(silence);
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client);
  LogOf<std::string> ended;
  async_request(*client, R"({"id":1,"method":"m"})",
                [&](const Result<Response>& r) { ended.add(to_string(r.error())); });
  const auto twin = client->request(R"({"id":1,"method":"other"})");
  ASSERT_FALSE(twin);
  EXPECT_EQ(twin.error(), errc::duplicate_request_id);
  EXPECT_TRUE(client->close());
  ASSERT_TRUE(ended.wait_for_size(1));
  EXPECT_LE(server.received_count(), 1U);
}

TEST(Request, ends_with_timeout_and_its_late_answer_is_unmatched) {
  Server server = start(silence);
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client);
  const auto response = client->request(R"({"id":5,"method":"slow"})", {}, 20ms);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), errc::timeout);
  EXPECT_EQ(client->get_state_metrics().request_timeouts, 1U);
  server.inject_message(answer(5));
  EXPECT_TRUE(heard.wait_for("unmatched " + answer(5)));
  EXPECT_EQ(client->get_state_metrics().unmatched_responses, 1U);
  EXPECT_EQ(client->get_state(), State::connected);
}

TEST(Request, has_its_own_deadline_before_an_earlier_ones) {
  const Server server = start(silence);
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client);
  LogOf<std::string> ended;
  const auto ask = [&](std::string name, std::chrono::milliseconds timeout) {
    async_request(
        *client, "m",
        [&ended, name](const Result<Response>& r) {
          ended.add(name + (r ? " answered" : r.error() == errc::timeout ? " timed out" : " ended"));
        },
        {}, timeout);
  };
  ask("long", patience);
  ask("short", 30ms);
  ask("middle", 60ms);
  ASSERT_TRUE(ended.wait_for_size(2));
  EXPECT_EQ(ended.all(), (std::vector<std::string>{"short timed out", "middle timed out"}));
  EXPECT_TRUE(client->close());
  ASSERT_TRUE(ended.wait_for("long ended"));
}

TEST(Request, ends_with_disconnected_when_the_connection_drops) {
  for (const auto& how : {Disconnect::abrupt(), Disconnect::going_away(), Disconnect::normal()}) {
    Server server = start(silence);
    LogOf<std::string> heard;
    auto client = Client::connect(server.url(), listening(heard));
    ASSERT_TRUE(client);
    auto response = std::async([&] { return client->request("order"); });
    ASSERT_TRUE(assert_message_sent(server, testing::json_subset(R"({"method":"order"})"), patience));
    server.simulate_disconnect(how);
    const auto ended = response.get();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error(), errc::disconnected) << to_string(ended.error());
    EXPECT_NE(ended.error().cause(), nullptr) << "the error says why";
  }
}

TEST(Request, is_never_sent_again_on_the_next_connection) {
  Server server = start(silence);
  LogOf<std::string> events;
  Options options{.retry_count = 5, .retry_delay = 1ms, .jitter = 0, .stable_after = 0ms};
  options.on_lifecycle = [&](const Lifecycle& event) { events.add(testing::words(event)); };
  options.handler = [](const Message&) {};
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  auto response = std::async([&] { return client->request("order"); });
  ASSERT_TRUE(assert_message_sent(server, testing::json_subset(R"({"method":"order"})"), patience));
  server.simulate_disconnect(Disconnect::abrupt());
  EXPECT_EQ(response.get().error(), errc::disconnected);
  ASSERT_TRUE(events.wait_for("connected 2"));
  ASSERT_TRUE(client->send_message("after"));
  ASSERT_TRUE(assert_message_sent(server, "after", patience));
  EXPECT_EQ(server.received_count(), 2U);
}

TEST(Request, ends_with_closed_when_the_client_is_closed) {
  const Server server = start(silence);
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client);
  auto response = std::async([&] { return client->request("order"); });
  ASSERT_TRUE(assert_message_sent(server, testing::json_subset(R"({"method":"order"})"), patience));
  EXPECT_TRUE(client->close());
  EXPECT_EQ(response.get().error(), errc::closed);
  EXPECT_EQ(client->request("order").error(), errc::not_connected);
}

TEST(Request, says_what_is_wrong_with_it_and_sends_nothing) {
  const Server server = start(silence);
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client);
  for (const auto* bad : {"", R"({"method":"m"})", R"({"id":1.5,"method":"m"})", R"({"id":1,)", R"({"id":null})"}) {
    const auto response = client->request(bad);
    ASSERT_FALSE(response) << bad;
    EXPECT_EQ(response.error(), errc::invalid_config) << bad;
    EXPECT_FALSE(response.error().detail().empty()) << bad;
  }
  EXPECT_EQ(client->request("m", "not json").error(), errc::invalid_config);
  EXPECT_EQ(client->request(R"({"id":1,"method":"m"})", "{}").error(), errc::invalid_config);
  EXPECT_EQ(server.received_count(), 0U);
  EXPECT_EQ(client->get_state_metrics().pending_requests_size, 0U);
}

TEST(Request, would_deadlock_on_the_loop_where_async_request_works) {
  Server server = start(answers);
  LogOf<std::string> ended;
  std::optional<Client> client;
  Options options{.retry_count = 0};
  options.handler = overloaded{[&](const TextMessage&) {
                                 ended.add(client->request("m").error() == errc::would_deadlock ? "deadlock" : "?");
                                 async_request(*client, "m", [&](const Result<Response>& r) {
                                   ended.add(r ? "answered" : to_string(r.error()));
                                 });
                               },
                               [](const auto&) {}};
  auto connected = Client::connect(server.url(), options);
  ASSERT_TRUE(connected);
  client = *connected;
  server.inject_message("go");
  ASSERT_TRUE(ended.wait_for_size(2));
  EXPECT_EQ(ended.all(), (std::vector<std::string>{"deadlock", "answered"}));
}

TEST(Request, is_matched_in_text_that_the_user_wants_unparsed) {
  Server server = start(answers);
  LogOf<std::string> heard;
  Options options = listening(heard);
  options.decode_json = false;
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  EXPECT_TRUE(client->request("m"));
  server.inject_message(answer(77));
  EXPECT_TRUE(heard.wait_for("text " + answer(77)));
}

TEST(Request, leaves_answers_to_send_message_and_the_servers_requests_to_the_handler) {
  Server server = start(answers);
  LogOf<std::string> heard;
  auto client = Client::connect(server.url(), listening(heard));
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->send_message(R"({"id":31,"method":"m"})"));
  EXPECT_TRUE(heard.wait_for("unmatched " + answer(31)));
  server.inject_message(R"({"id":1,"method":"server/asks"})");
  EXPECT_TRUE(heard.wait_for(R"(json {"id":1,"method":"server/asks"})"));
}

TEST(Request, ends_once_each_from_four_threads_while_the_server_drops_connections) {
  Server server = start(answers);
  Options options{.retry_count = unlimited, .retry_delay = 1ms, .max_backoff = 1ms, .request_timeout = patience};
  options.handler = [](const Message&) {};
  auto client = Client::connect(server.url(), options);
  ASSERT_TRUE(client);
  std::atomic<int> asked{0}, answered{0}, lost{0}, refused{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 300; ++n) {
          ++asked;
          async_request(*client, "m", [&](const Result<Response>& r) {
            ++(r ? answered : r.error() == errc::disconnected ? lost : refused);
          });
          std::this_thread::sleep_for(100us);
        }
      });
    }
    for (int i = 0; i < 10; ++i) {
      std::this_thread::sleep_for(5ms);
      server.simulate_disconnect(Disconnect::abrupt());
    }
  }
  EXPECT_TRUE(client->close());
  EXPECT_EQ(answered + lost + refused, asked);
  EXPECT_GT(answered, 0);
}

}  // namespace
}  // namespace zenws
