// What is shown of real clients: each by itself, all together, and when they come and go.
#include <deque>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>

#include <zenws/log.hpp>
#include <zenws/metrics/collector.hpp>
#include <zenws/supervisor.hpp>

#include "metrics/shown.hpp"

namespace zenws::metrics {
namespace {

using ::testing::HasSubstr;
using testing::Server;

std::string id_of(const Client& client) { return std::to_string(client.id()); }

// Answers each request with its id, after what it was told to wait for.
testing::Script answering() {
  return [](const testing::ReceivedMessage& message) -> std::vector<testing::Reply> {
    const auto id = testing::id_of(message);
    return id ? std::vector<testing::Reply>{{false, testing::answer(*id)}} : std::vector<testing::Reply>{};
  };
}

class Collector : public ::testing::Test {
 protected:
  ClientDiscovery discovery() {
    return [this] { return clients_; };
  }
  Client& connect(Options options = {}) {
    handles_.push_back(connected(server_, std::move(options)));
    clients_.emplace_back(handles_.back());
    return handles_.back();
  }
  Server server_ = *Server::start();
  std::vector<ClientRef> clients_;
  std::deque<Client> handles_;
};

using EachClient = Collector;

TEST_F(EachClient, is_shown_under_its_id) {
  const Client& one = connect();
  Client& other = connect();
  ASSERT_TRUE(other.send_message("hello"));
  const Shown shown{ClientCollector{discovery()}};
  EXPECT_EQ(shown.value("zenws_client_messages_sent_total", {{"client", id_of(one)}}), 0);
  EXPECT_EQ(shown.value("zenws_client_messages_sent_total", {{"client", id_of(other)}}), 1);
}

TEST_F(EachClient, is_shown_with_its_name_and_once_with_its_labels) {
  const std::string plain = id_of(connect());
  const std::string named = id_of(connect({.name = "feed-a", .labels = {{"client", "x"}, {"venue", "deribit"}}}));
  const std::string labelled = id_of(connect({.labels = {{"venue", "binance"}}}));
  const Shown shown{ClientCollector{discovery()}};
  EXPECT_EQ(shown.value("zenws_client_epoch", {{"client", plain}}), 1);
  EXPECT_EQ(shown.value("zenws_client_epoch", {{"client", named}, {"name", "feed-a"}}), 1);
  EXPECT_EQ(shown.value("zenws_client_epoch", {{"client", labelled}}), 1);
  EXPECT_NE(shown.series("zenws_request_duration_seconds", {{"client", named}, {"name", "feed-a"}}), nullptr);
  EXPECT_EQ(shown.value("zenws_client_info", {{"client", plain}}), std::nullopt);
  EXPECT_EQ(shown.value("zenws_client_info",
                        {{"client", named}, {"name", "feed-a"}, {"label_client", "x"}, {"label_venue", "deribit"}}),
            1);
  EXPECT_EQ(shown.value("zenws_client_info", {{"client", labelled}, {"label_venue", "binance"}}), 1);
}

TEST_F(EachClient, is_in_exactly_one_state) {
  Client& client = connect();
  const ClientCollector collector{discovery()};
  const auto in = [&](const char* state) {
    return Shown{collector}.value("zenws_client_state", {{"client", id_of(client)}, {"state", state}});
  };
  EXPECT_EQ(in("connected"), 1);
  EXPECT_EQ(in("connecting"), 0);
  EXPECT_EQ(in("reconnecting"), 0);
  EXPECT_EQ(in("disconnected"), 0);
  ASSERT_TRUE(client.close());
  EXPECT_EQ(in("connected"), 0);
  EXPECT_EQ(in("disconnected"), 1);
}

TEST_F(EachClient, shows_what_passed_its_connection) {
  Client& client = connect();
  ASSERT_TRUE(client.send_message("hello"));
  ASSERT_TRUE(client.receive(30s));
  const StateMetrics state = client.get_state_metrics();
  const Shown shown{ClientCollector{discovery()}};
  const Shown::Labels its{{"client", id_of(client)}};
  EXPECT_EQ(shown.value("zenws_client_messages_sent_total", its), 1);
  EXPECT_EQ(shown.value("zenws_client_messages_received_total", its), 1);
  EXPECT_EQ(shown.value("zenws_client_bytes_sent_total", its), state.bytes_out);
  EXPECT_EQ(shown.value("zenws_client_bytes_received_total", its), state.bytes_in);
  EXPECT_EQ(shown.value("zenws_client_memory_bytes", its), state.state_memory);
  EXPECT_EQ(shown.value("zenws_client_epoch", its), 1);
  EXPECT_EQ(shown.value("zenws_client_reconnects_total", its), 0);
}

TEST_F(EachClient, shows_what_was_dropped_by_its_reason) {
  Client& client = connect({.mailbox_limit = 1, .mailbox_overflow = MailboxOverflow::drop_oldest});
  for (int i = 0; i < 3; ++i) server_.inject_message("news");
  ASSERT_TRUE(eventually([&] { return client.get_state_metrics().dropped_mailbox == 2; }));
  const Shown shown{ClientCollector{discovery()}};
  const auto dropped = [&](const char* reason) {
    return shown.value("zenws_client_dropped_messages_total", {{"client", id_of(client)}, {"reason", reason}});
  };
  EXPECT_EQ(dropped("mailbox"), 2);
  EXPECT_EQ(dropped("disconnect"), 0);
  EXPECT_EQ(dropped("close"), 0);
  EXPECT_EQ(dropped("limiter"), 0);
  EXPECT_EQ(shown.value("zenws_client_mailbox_messages", {{"client", id_of(client)}}), 1);
}

TEST_F(EachClient, shows_its_requests_in_buckets_and_heartbeats_apart) {
  server_.set_script(answering());
  Client& client = connect({.heartbeat = Heartbeat::ping_pong(10ms), .handler = [](const Message&) {}});
  ASSERT_TRUE(eventually([&] { return client.get_heartbeat_health().last_rtt.has_value(); }));
  const ClientCollector collector{discovery()};
  const Shown::Labels its{{"client", id_of(client)}};
  const Shown before{collector};
  EXPECT_EQ(before.series("zenws_request_duration_seconds", its)->histogram.sample_count, 0U);
  EXPECT_GT(before.value("zenws_client_heartbeat_rtt_seconds", its), 0);

  std::chrono::microseconds took{0};
  for (int i = 0; i < 3; ++i) took += client.request("public/test")->round_trip();
  const Shown after{collector};
  const auto& histogram = after.series("zenws_request_duration_seconds", its)->histogram;
  EXPECT_EQ(histogram.sample_count, 3U);
  EXPECT_DOUBLE_EQ(histogram.sample_sum, std::chrono::duration<double>{took}.count());
}

TEST_F(EachClient, is_as_healthy_as_its_pool_says) {
  const Client& client = connect();
  const Shown shown{ClientCollector{discovery()}};
  EXPECT_EQ(shown.value("zenws_client_health_score", {{"client", id_of(client)}}), health_of(client)->score);
}

TEST_F(EachClient, has_no_round_trip_before_a_heartbeat_measured_it) {
  connect();
  const Shown shown{ClientCollector{discovery()}};
  for (const auto& family : shown.families()) EXPECT_NE(family.name, "zenws_client_heartbeat_rtt_seconds");
}

TEST_F(EachClient, is_read_once_when_it_is_named_twice) {
  connect();
  const std::size_t once = Shown{ClientCollector{discovery()}}.count();
  clients_.push_back(clients_.front());
  EXPECT_EQ(Shown{ClientCollector{discovery()}}.count(), once);
}

TEST_F(EachClient, is_not_shown_any_more_once_it_is_gone) {
  connect();
  const ClientCollector collector{discovery()};
  EXPECT_GT(Shown{collector}.count(), 0U);
  handles_.clear();
  EXPECT_EQ(Shown{collector}.count(), 0U);
}

TEST_F(EachClient, shares_a_limiter_that_is_shown_once) {
  const auto limiter = *RateLimiter::create({.tokens = 3, .refill_interval = 24h, .max_queue_size = 2});
  Client& client = connect({.rate_limiter = limiter});
  connect({.rate_limiter = limiter});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(client.send_message("hello"));
  const Shown shown{ClientCollector{discovery()}};
  const std::string id = std::to_string(limiter->id());
  EXPECT_EQ(shown.value("zenws_limiter_tokens", {{"limiter", id}}), 0);
  EXPECT_EQ(shown.value("zenws_limiter_queue_size", {{"limiter", id}}), 1);
  EXPECT_EQ(shown.value("zenws_limiter_pressure", {{"limiter", id}, {"level", "medium"}}), 1);
  EXPECT_EQ(shown.value("zenws_limiter_pressure", {{"limiter", id}, {"level", "none"}}), 0);
}

// A supervisor's clients, the one that is being started again too.
TEST_F(EachClient, of_a_supervisor_is_shown_while_it_is_restarted) {
  auto supervisor = ClientSupervisor::create();
  ASSERT_TRUE(supervisor);
  const auto client = supervisor->start_client(server_.url(), {.retry_count = 0, .retry_delay = 10ms});
  ASSERT_TRUE(client);
  const ClientCollector collector{[&] { return supervisor->list_clients(); }};
  server_.stop();
  EXPECT_TRUE(eventually([&] {
    return Shown{collector}.value("zenws_client_restarts_total", {{"client", id_of(*client)}}).value_or(0) > 0;
  }));
  ASSERT_TRUE(supervisor->shutdown());
  EXPECT_EQ(Shown{collector}.count(), 0U);
}

// ---- together

using AllClients = Collector;

constexpr CollectorOptions together{.per_client = false};

TEST_F(AllClients, are_added_up) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(connect().send_message("hello"));
  ASSERT_TRUE(handles_[0].close());
  const Shown shown{ClientCollector{discovery(), together}};
  EXPECT_EQ(shown.value("zenws_client_messages_sent_total"), 3);
  EXPECT_EQ(shown.value("zenws_client_epoch"), 3);
  EXPECT_EQ(shown.value("zenws_client_state", {{"state", "connected"}}), 2);
  EXPECT_EQ(shown.value("zenws_client_state", {{"state", "disconnected"}}), 1);
}

TEST_F(AllClients, make_no_more_series_than_one) {
  connect();
  const std::size_t of_one = Shown{ClientCollector{discovery(), together}}.count();
  for (int i = 0; i < 20; ++i) connect({.rate_limiter = *RateLimiter::create()});
  EXPECT_EQ(Shown(ClientCollector{discovery(), together}).count(), of_one);
}

TEST_F(AllClients, are_called_nothing) {
  connect({.name = "feed-a", .labels = {{"venue", "deribit"}}});
  const Shown shown{ClientCollector{discovery(), together}};
  EXPECT_EQ(shown.value("zenws_client_epoch"), 1);
  EXPECT_EQ(shown.value("zenws_client_info"), std::nullopt);
}

TEST_F(AllClients, are_shown_when_there_are_none) {
  const Shown shown{ClientCollector{discovery(), together}};
  EXPECT_EQ(shown.value("zenws_client_state", {{"state", "connected"}}), 0);
  EXPECT_EQ(shown.value("zenws_client_messages_sent_total"), 0);
}

TEST_F(AllClients, keep_their_counts_when_one_goes_and_others_come) {
  server_.set_script(answering());
  const ClientCollector collector{discovery(), together};
  ASSERT_TRUE(connect().request("public/test"));
  ASSERT_EQ(Shown{collector}.value("zenws_client_messages_sent_total"), 1);
  handles_.clear();
  EXPECT_EQ(Shown{collector}.value("zenws_client_messages_sent_total"), 1);
  clients_.clear();
  ASSERT_TRUE(connect().request("public/test"));
  const Shown after{collector};
  EXPECT_EQ(after.value("zenws_client_messages_sent_total"), 2);
  EXPECT_EQ(after.value("zenws_client_epoch"), 1) << "a gauge is of those that are";
  EXPECT_EQ(after.series("zenws_request_duration_seconds")->histogram.sample_count, 2U);
}

TEST_F(AllClients, show_the_worst_heartbeat) {
  Client& one = connect({.heartbeat = Heartbeat::ping_pong(10ms)});
  connect();
  ASSERT_TRUE(eventually([&] { return one.get_heartbeat_health().last_rtt.has_value(); }));
  EXPECT_GT(Shown(ClientCollector{discovery(), together}).value("zenws_client_heartbeat_rtt_seconds"), 0);
}

TEST_F(AllClients, show_their_mean_health) {
  connect();
  ASSERT_TRUE(connect().close());
  const ClientCollector collector{discovery(), together};
  EXPECT_EQ(Shown{collector}.value("zenws_client_health_score"), 50);
  clients_.clear();
  EXPECT_EQ(Shown{collector}.value("zenws_client_health_score"), std::nullopt) << "no mean of none";
}

TEST_F(AllClients, add_their_limiters_up) {
  connect({.rate_limiter = *RateLimiter::create({.tokens = 3})});
  connect({.rate_limiter = *RateLimiter::create({.tokens = 4})});
  const Shown shown{ClientCollector{discovery(), together}};
  EXPECT_EQ(shown.value("zenws_limiter_tokens"), 7);
  EXPECT_EQ(shown.value("zenws_limiter_pressure", {{"level", "none"}}), 2);
}

TEST_F(AllClients, never_count_down_while_they_come_and_go_and_several_scrape) {
  std::mutex mutex;
  std::vector<ClientRef> present;
  const ClientCollector collector{[&] {
                                    const std::lock_guard lock{mutex};
                                    return present;
                                  },
                                  together};
  const auto scrape = [&](const std::stop_token& stop) {
    double before = 0;
    do {
      const double now = Shown{collector}.value("zenws_client_messages_sent_total").value_or(-1);
      EXPECT_GE(now, before);
      before = now;
    } while (!stop.stop_requested());
  };
  {
    const std::jthread one{scrape};
    const std::jthread other{scrape};
    for (int i = 0; i < 50; ++i) {
      Client client = connected(server_);
      {
        const std::lock_guard lock{mutex};
        present.assign(1, ClientRef{client});
      }
      EXPECT_TRUE(client.send_message("hello"));
    }
  }
  EXPECT_LE(Shown{collector}.value("zenws_client_messages_sent_total"), 50);
}

// ---- manners

using CollectorManners = Collector;

TEST_F(CollectorManners, waits_for_no_loop) {
  std::promise<void> entered;
  std::promise<void> released;
  connect({.handler = [&, release = released.get_future().share()](const Message&) {
    entered.set_value();
    release.wait();
  }});
  server_.inject_message("news");
  entered.get_future().wait();
  EXPECT_GT(Shown(ClientCollector{discovery()}).count(), 0U);
  EXPECT_GT(Shown(ClientCollector{discovery(), together}).count(), 0U);
  released.set_value();
}

TEST_F(CollectorManners, keeps_no_client_open) {
  connect();
  const ClientCollector collector{discovery(), together};
  (void)collector.Collect();
  handles_.clear();
  EXPECT_TRUE(eventually([&] { return server_.open_connections() == 0; }));
}

TEST_F(CollectorManners, survives_a_discovery_that_throws) {
  std::string logged;
  set_logger([&](LogLevel, std::string_view line) { logged = line; });
  const ClientCollector collector{[]() -> std::vector<ClientRef> { throw std::runtime_error{"no list today"}; }};
  EXPECT_EQ(Shown{collector}.count(), 0U);
  set_logger({});
  EXPECT_THAT(logged, HasSubstr("no list today"));
}

}  // namespace
}  // namespace zenws::metrics
