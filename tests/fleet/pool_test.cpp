// Which client of a pool gets a message, and who gets it when that one does not take it.
#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <zenws/pool.hpp>
#include <zenws/supervisor.hpp>
#include <zenws/telemetry.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/json_rpc.hpp"
#include "support/log_of.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using testing::Disconnect;
using testing::eventually;
using testing::LogOf;
using testing::Server;

std::vector<testing::Reply> answer_all(const testing::ReceivedMessage& message) {
  const auto id = testing::id_of(message);
  if (!id) return {};
  return {{false, testing::answer(*id, "true")}};
}

class Pool : public ::testing::Test {
 protected:
  Options options() {
    Options options{.retry_count = unlimited, .retry_delay = 1h, .max_backoff = 1h, .jitter = 0};
    options.handler = [](const Message&) {};
    return options;
  }
  Client add(const Server& to, Options with) {
    clients.push_back(*Client::connect(to.url(), std::move(with)));
    return clients.back();
  }
  Client add(const Server& to) { return add(to, options()); }
  std::vector<ClientRef> refs() const { return {clients.begin(), clients.end()}; }
  // Its server reads nothing, and not even a short message fits into its send queue any more: whoever asks it is
  // refused, provably unwritten.
  Client add_full() {
    constexpr std::size_t limit = std::size_t{64} << 10U;
    Options with = options();
    with.send_queue_limit = limit;
    with.close_timeout = 100ms;
    Client client = add(stuck, with);
    for (int unchanged = 0; unchanged < 5;) {
      const std::size_t room = limit - client.get_state_metrics().send_queue_bytes;
      if (room < 8) {  // the frame of "hi"
        ++unchanged;
        std::this_thread::sleep_for(10ms);
      } else {
        unchanged = 0;  // the kernel still takes some
        const std::size_t payload = room < 134 ? std::min<std::size_t>(room - 6, 125) : room - 8;
        EXPECT_TRUE(client.send_binary(std::vector<std::byte>(payload)));
      }
    }
    return client;
  }
  int score_of(const Client& client) { return health_of(client)->score; }
  // A request that nobody answers.
  void make_pending(Client& client) {
    pool_requests.emplace_back([client]() mutable { (void)client.request("slow", {}, 20s); });
  }

  Server server = *Server::start({.script = answer_all});
  Server stuck = *Server::start({.faults = {.stall = true}});
  Server silent = *Server::start({.script = [](const auto&) { return std::vector<testing::Reply>{}; }});
  std::vector<Client> clients;
  PoolRouter pool{[this] { return refs(); }};
  std::vector<std::jthread> pool_requests;
  void TearDown() override {
    for (Client& client : clients) (void)client.close();
  }
};

TEST_F(Pool, sends_to_equals_in_turn) {
  for (int i = 0; i < 3; ++i) add(server);
  std::vector<ClientRef> chosen;
  for (int i = 0; i < 6; ++i) chosen.push_back(*pool.send_balanced("hi"));
  const auto all = refs();
  EXPECT_EQ(chosen, (std::vector<ClientRef>{all[0], all[1], all[2], all[0], all[1], all[2]}));
  EXPECT_TRUE(eventually([&] { return server.received_count() == 6; }));
}

TEST_F(Pool, takes_turns_apart_from_other_pools) {
  for (int i = 0; i < 2; ++i) add(server);
  PoolRouter other{[this] { return refs(); }};
  EXPECT_EQ(*pool.send_balanced("hi"), refs()[0]);
  EXPECT_EQ(*other.send_balanced("hi"), refs()[0]);
  EXPECT_EQ(*pool.send_balanced("hi"), refs()[1]);
  EXPECT_EQ(*other.send_balanced("hi"), refs()[1]);
}

TEST_F(Pool, prefers_who_has_fewer_requests_waiting) {
  Client busy = add(silent);
  const Client idle = add(server);
  make_pending(busy);
  ASSERT_TRUE(eventually([&] { return busy.get_state_metrics().pending_requests_size == 1; }));
  EXPECT_EQ(score_of(busy), 90);
  EXPECT_EQ(score_of(idle), 100);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(*pool.send_balanced("hi"), ClientRef{idle});
}

TEST_F(Pool, prefers_who_has_not_failed_of_late) {
  Client flaky = add(silent);
  const Client good = add(server);
  EXPECT_EQ(flaky.request("x", {}, 1ms).error(), errc::timeout);
  EXPECT_EQ(score_of(flaky), 85);
  EXPECT_EQ(flaky.get_state_metrics().recent_failures, 1U);
  EXPECT_EQ(*pool.send_balanced("hi"), ClientRef{good});
  EXPECT_EQ(*pool.send_balanced("hi"), ClientRef{good});
  silent.set_script(answer_all);
  EXPECT_TRUE(flaky.request("x"));
  EXPECT_EQ(score_of(flaky), 100) << "an answer forgives";
}

TEST_F(Pool, counts_a_lost_connection_as_a_failure) {
  Options quick = options();
  quick.stable_after = 0ms;  // so that it comes back at once
  const Client client = add(server, std::move(quick));
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(
      eventually([&] { return client.get_state_metrics().epoch == 2 && client.get_state() == State::connected; }));
  EXPECT_EQ(score_of(client), 85);
}

TEST_F(Pool, never_chooses_who_is_not_connected) {
  const Client lost = add(silent);
  const Client good = add(server);
  silent.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(eventually([&] { return lost.get_state() == State::reconnecting; }));
  EXPECT_EQ(score_of(lost), 0);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(*pool.send_balanced("hi"), ClientRef{good});
}

TEST_F(Pool, says_when_nobody_is_connected) {
  EXPECT_EQ(pool.send_balanced("hi").error(), errc::no_connections) << "nobody at all";
  const Client lost = add(server);
  server.simulate_disconnect(Disconnect::abrupt());
  ASSERT_TRUE(eventually([&] { return lost.get_state() == State::reconnecting; }));
  EXPECT_EQ(pool.send_balanced("hi").error(), errc::no_connections);
  EXPECT_EQ(pool.request_balanced("x").error(), errc::no_connections);
  clients.clear();
  EXPECT_EQ(PoolRouter{[ref = ClientRef{lost}] { return std::vector{ref}; }}.send_balanced("hi").error(),
            errc::no_connections);
}

TEST_F(Pool, gives_a_message_that_was_not_taken_to_the_next) {
  const Client first = add_full();
  const Client second = add(server);
  EXPECT_EQ(*pool.send_balanced("hi"), ClientRef{second});
  EXPECT_EQ(score_of(first), 85) << "a full queue is a failure";
  EXPECT_TRUE(eventually([&] { return server.received_count() == 1; }));
}

TEST_F(Pool, gives_up_after_max_attempts_and_says_so_only_while_others_are_left) {
  for (int i = 0; i < 4; ++i) add_full();
  const auto exceeded = pool.send_balanced("hi", {.max_attempts = 3});
  EXPECT_EQ(exceeded.error(), errc::max_attempts_exceeded);
  ASSERT_NE(exceeded.error().cause(), nullptr);
  EXPECT_EQ(*exceeded.error().cause(), errc::send_queue_full);
  EXPECT_EQ(pool.send_balanced("hi", {.max_attempts = 4}).error(), errc::send_queue_full) << "all were tried";
}

TEST_F(Pool, does_not_try_others_with_what_is_wrong_itself) {
  add(server);
  add(server);
  EXPECT_EQ(pool.send_balanced("\xff").error(), errc::invalid_utf8);
  EXPECT_EQ(pool.request_balanced("{not json").error(), errc::invalid_config);
  EXPECT_EQ(server.received_count(), 0U);
}

TEST_F(Pool, refuses_options_out_of_their_range) {
  add(server);
  EXPECT_EQ(pool.send_balanced("hi", {.max_attempts = 0}).error(), errc::invalid_config);
  EXPECT_EQ(pool.send_balanced("hi", {.max_attempts = 101}).error(), errc::invalid_config);
  EXPECT_EQ(pool.request_balanced("x", {}, {.timeout = 0ms}).error(), errc::invalid_config);
  EXPECT_EQ(
      pool.send_balanced("hi", {.client_discovery = []() -> std::vector<ClientRef> { throw std::runtime_error{"oh"}; }})
          .error()
          .detail(),
      "client_discovery threw: oh");
}

TEST_F(Pool, chooses_from_the_discovery_given) {
  add(server);
  const Client other = *Client::connect(server.url(), options());
  const BalancedOptions only_other{.client_discovery = [&] { return std::vector{ClientRef{other}}; }};
  EXPECT_EQ(*pool.send_balanced("hi", only_other), ClientRef{other});
}

TEST_F(Pool, asks_and_hands_over_the_answer) {
  add(server);
  const auto response = pool.request_balanced("public/test");
  ASSERT_TRUE(response) << to_string(response.error());
  EXPECT_NE(response->text().find("true"), std::string_view::npos);
}

// The first takes the request and loses its connection: it may have been carried out.
TEST_F(Pool, repeats_a_request_in_doubt_only_when_that_is_allowed) {
  const Server dropping = *Server::start({.faults = {.drop_after_messages = 1}});
  Options quick = options();
  quick.stable_after = 0ms;
  const Client fragile = add(dropping, quick);
  add(server);
  EXPECT_EQ(pool.request_balanced("order").error(), errc::disconnected);
  EXPECT_EQ(server.received_count(), 0U) << "nobody else had it";

  ASSERT_TRUE(eventually([&] { return fragile.get_state() == State::connected; }));
  const BalancedOptions fragile_first{
      .client_discovery = [this] { return refs(); }, .idempotent = true, .timeout = 20s};
  clients.pop_back();
  add(silent);  // as bad as the fragile one
  EXPECT_EQ(clients[1].request("x", {}, 1ms).error(), errc::timeout);
  silent.set_script(answer_all);
  PoolRouter fresh{[this] { return refs(); }};
  EXPECT_TRUE(fresh.request_balanced("query", {}, fragile_first));
  EXPECT_EQ(dropping.received_count(), 2U) << "the fragile one had it first";
}

TEST_F(Pool, asks_without_waiting_also_inside_a_handler) {
  LogOf<std::string> said;
  Options asking = options();
  asking.handler = [&](const Message&) {
    said.add(pool.request_balanced("x").error() == errc::would_deadlock ? "would deadlock" : "waited");
    pool.request_balanced("x", {}, {}, [&](const Result<Response>& response) {
      said.add(response ? "answered" : to_string(response.error()));
    });
  };
  add(server, std::move(asking));
  server.inject_message("go");
  EXPECT_TRUE(said.wait_for("would deadlock"));
  EXPECT_TRUE(said.wait_for("answered"));
}

TEST_F(Pool, goes_on_to_the_next_without_waiting_too) {
  add_full();
  add(server);
  LogOf<std::string> said;
  pool.request_balanced("x", {}, {}, [&](const Result<Response>& response) {
    said.add(response ? "answered" : to_string(response.error()));
  });
  EXPECT_TRUE(said.wait_for("answered"));
  pool.request_balanced("x", {}, {.max_attempts = 0},
                        [&](const Result<Response>& response) { said.add(to_string(response.error())); });
  EXPECT_TRUE(said.wait_for_size(2));
}

TEST_F(Pool, shows_the_health_of_all) {
  Client busy = add(silent);
  add(server);
  const Client lost = add(*std::make_unique<Server>(*Server::start()));  // whose server is gone at once
  make_pending(busy);
  ASSERT_TRUE(eventually([&] { return score_of(busy) == 90 && lost.get_state() == State::reconnecting; }));
  const auto health = pool.pool_health();
  ASSERT_TRUE(health);
  EXPECT_EQ(health->pool_size, 3U);
  EXPECT_EQ(health->connected, 2U);
  EXPECT_NEAR(health->avg_health, 190.0 / 3, 1e-9);
  ASSERT_EQ(health->clients.size(), 3U);
  EXPECT_EQ(health->clients[0].pending, 1U);
  EXPECT_EQ(health->clients[1].score, 100);
  EXPECT_EQ(health->clients[2].state, State::reconnecting);
}

TEST_F(Pool, of_a_supervisor_is_its_clients) {
  auto supervisor = ClientSupervisor::create();
  EXPECT_EQ(supervisor->send_balanced("hi").error(), errc::no_connections);
  const Client client = *supervisor->start_client(server.url(), options());
  EXPECT_EQ(*supervisor->send_balanced("hi"), ClientRef{client});
  EXPECT_TRUE(supervisor->request_balanced("x"));
  EXPECT_EQ(supervisor->pool().pool_health()->pool_size, 1U);
}

TEST_F(Pool, tells_telemetry_where_messages_go) {
  LogOf<std::string> told;
  const auto words = [&](const telemetry::Event& event) {
    std::string text{event.name.substr(event.name.rfind('.') + 1)};
    for (const auto& [name, value] : event.measurements) {
      text += " " + std::string{name} + "=" + std::to_string(static_cast<int>(value));
    }
    if (!event.text("client").empty()) text += " client=" + std::string{event.text("client")};
    told.add(text);
  };
  const std::string first = std::to_string(add_full().id());
  const std::string second = std::to_string(add(server).id());
  ASSERT_TRUE(telemetry::attach_many(
      "pool", {"zen_websocket.pool.route", "zen_websocket.pool.failover", "zen_websocket.pool.health"}, words));
  EXPECT_TRUE(pool.send_balanced("hi"));
  EXPECT_TRUE(pool.pool_health());
  ASSERT_TRUE(telemetry::detach("pool"));
  EXPECT_EQ(told.all(), (std::vector<std::string>{
                            "route health=100 pool_size=2 client=" + first, "failover attempt=1 client=" + first,
                            "route health=100 pool_size=2 client=" + second, "health pool_size=2 avg_health=92"}));
}

TEST_F(Pool, tells_telemetry_what_its_clients_are_called) {
  LogOf<std::string> told;
  Options named = options();
  named.name = "feed-a";
  named.labels = {{"venue", "deribit"}};
  const Client client = *Client::connect(server.url(), named);
  ASSERT_TRUE(telemetry::attach("pool", "zen_websocket.pool.route", [&](const telemetry::Event& event) {
    told.add(std::string{event.text("name")} + " " + std::string{event.text("label_venue")});
  }));
  PoolRouter router{[&] { return std::vector{ClientRef{client}}; }};
  EXPECT_TRUE(router.send_balanced("hi"));
  ASSERT_TRUE(telemetry::detach("pool"));
  EXPECT_EQ(told.all(), (std::vector<std::string>{"feed-a deribit"}));
}

}  // namespace
}  // namespace zenws
