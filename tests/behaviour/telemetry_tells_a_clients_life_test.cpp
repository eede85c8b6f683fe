// What a real client's life looks like to whoever is attached: every step, in order, with its numbers and no secret,
// and with what the guide's table says, no more and no less.
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <regex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/telemetry.hpp>
#include <zenws/testing/server.hpp>

#include "support/eventually.hpp"
#include "support/log_of.hpp"
#include "support/scratch_folder.hpp"
#include "support/venue.hpp"

namespace zenws {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using testing::LogOf;
using testing::patience;
using testing::Server;
using ::testing::UnorderedElementsAre;

constexpr std::string_view prefix = "zen_websocket.";

struct Told {
  std::string name;  // without the prefix
  std::vector<std::pair<std::string, double>> numbers;
  std::vector<std::pair<std::string, std::string>> texts;

  // Without what the client is called.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> own_texts() const {
    auto own = texts;
    std::erase_if(own, [](const auto& text) { return text.first == "name" || text.first.starts_with("label_"); });
    return own;
  }
  [[nodiscard]] double number(std::string_view wanted) const {
    const auto found =
        std::ranges::find(numbers, wanted, [](const auto& one) -> std::string_view { return one.first; });
    return found == numbers.end() ? -1 : found->second;
  }
  [[nodiscard]] std::string text(std::string_view wanted) const {
    const auto found = std::ranges::find(texts, wanted, [](const auto& one) -> std::string_view { return one.first; });
    return found == texts.end() ? "" : found->second;
  }
};

std::string words_of(const auto& named) {
  std::string words;
  for (const auto& [name, value] : named) words += (words.empty() ? "" : ", ") + name;
  return words;
}

// The guide's row of each event: "measurements | metadata".
std::map<std::string, std::string, std::less<>> documented_rows() {
  std::map<std::string, std::string, std::less<>> rows;
  std::ifstream guide{std::filesystem::path{ZENWS_SOURCE_DIR} / "docs/guide/telemetry.md"};
  const std::regex row{R"(\| `zen_websocket\.(\S+)` \| (.*?) \| (.*?) ?\| .*)"};
  for (std::string line; std::getline(guide, line);) {
    if (std::smatch found; std::regex_match(line, found, row)) rows[found[1]] = found.str(2) + " | " + found.str(3);
  }
  return rows;
}

struct TelemetryTells : ::testing::Test {
  Server server = *Server::start();
  LogOf<Told> told;
  LogOf<std::string> lifecycle;

  void attach_to(std::span<const std::string_view> events) {
    // Clients of earlier tests may still be closing: only younger ones count.
    auto eldest = Client::connect(server.url());
    ASSERT_TRUE(eldest && eldest->close());
    const Result<> attached = telemetry::attach_many("test", events, [this, id = eldest->id()](const auto& event) {
      if (const auto client = event.text("client"); !client.empty() && std::stoull(std::string{client}) <= id) return;
      Told one{.name = std::string{event.name.substr(prefix.size())}, .numbers = {}, .texts = {}};
      for (const auto& m : event.measurements) one.numbers.emplace_back(m.name, m.value);
      for (const auto& m : event.metadata) one.texts.emplace_back(m.name, m.value);
      told.add(std::move(one));
    });
    ASSERT_TRUE(attached) << to_string(attached.error());
  }
  void attach_to(std::initializer_list<std::string_view> events) {
    attach_to(std::span{events.begin(), events.size()});
  }
  void TearDown() override {
    std::ignore = telemetry::detach("test");
    const auto rows = documented_rows();
    for (const Told& one : told.all()) {
      const auto row = rows.find(one.name);
      ASSERT_NE(row, rows.end()) << one.name;
      EXPECT_EQ(words_of(one.numbers) + " | " + words_of(one.own_texts()), row->second) << one.name;
    }
  }

  std::string url_with_secrets() {
    return "ws://me:s3cret@127.0.0.1:" + std::to_string(server.port()) + "/?token=s3cret";
  }
  Options options() {
    Options options;
    options.retry_delay = 1ms;
    options.stable_after = 0ms;
    options.on_lifecycle = [this](const Lifecycle& event) { lifecycle.add(testing::words(event)); };
    return options;
  }
  std::vector<std::string> names(std::string_view beginning = "") {
    std::vector<std::string> names;
    for (const Told& one : told.all()) {
      if (one.name.starts_with(beginning)) names.push_back(one.name);
    }
    return names;
  }
  Told last(std::string_view name) {
    Told found;
    for (Told& one : told.all()) {
      if (one.name == name) found = std::move(one);
    }
    EXPECT_EQ(found.name, name);
    return found;
  }
};

TEST_F(TelemetryTells, of_a_connection_its_loss_its_return_and_its_end) {
  attach_to(telemetry::events());
  auto client = Client::connect(url_with_secrets(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(lifecycle.wait_for("connected 2"));
  ASSERT_TRUE(client->close());
  EXPECT_THAT(names("connection."),
              ElementsAre("connection.attempt", "connection.upgrade", "connection.open", "connection.disconnect",
                          "connection.reconnect_scheduled", "connection.attempt", "connection.upgrade",
                          "connection.open", "connection.close", "connection.disconnect", "connection.stopped"));
  EXPECT_GT(last("connection.upgrade").number("connect_time_ms"), 0);
  EXPECT_EQ(last("connection.attempt").number("attempt"), 1);
  EXPECT_EQ(last("connection.open").number("epoch"), 2);
  EXPECT_EQ(last("connection.reconnect_scheduled").number("attempt"), 1);
  EXPECT_EQ(last("connection.disconnect").number("close_code"), 1000);
  for (const Told& one : told.all()) {
    EXPECT_EQ(one.text("client"), std::to_string(client->id())) << one.name;
    for (const auto& [name, text] : one.texts) EXPECT_FALSE(text.contains("s3cret")) << one.name << ' ' << name;
  }
}

TEST_F(TelemetryTells, in_every_event_of_a_client_what_it_is_called) {
  testing::Venue venue;
  server.set_script(venue.script());
  const testing::ScratchFolder folder;
  attach_to(telemetry::events());
  Options named = options();
  named.name = "feed-a";
  named.labels = {{"venue", "deribit"}, {"kind", "trades"}};
  named.heartbeat = Heartbeat::ping_pong(5ms);
  named.max_missed_heartbeats = 0;  // a busy machine answers late
  named.record_to = folder.file("session.jsonl");
  auto client = Client::connect(server.url(), named);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(client->subscribe_and_wait({"a"}));
  ASSERT_TRUE(client->request("public/test"));
  ASSERT_TRUE(told.wait_until([](const auto& all) {
    return std::ranges::any_of(all, [](const Told& one) { return one.name == "heartbeat.pong"; });
  }));
  ASSERT_TRUE(client->close());
  for (const Told& one : told.all()) {
    EXPECT_EQ(one.text("name"), "feed-a") << one.name;
    EXPECT_EQ(one.text("label_venue"), "deribit") << one.name;
    EXPECT_EQ(one.text("label_kind"), "trades") << one.name;
  }
  EXPECT_THAT(names(), IsSupersetOf({"connection.attempt", "message.in", "message.out", "heartbeat.sent",
                                     "request_correlator.resolve", "subscription_manager.confirmed", "recorder.flush",
                                     "connection.stopped"}));
}

TEST_F(TelemetryTells, who_may_close_a_client_that_does_not_know_of_its_connection_yet) {
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client) << to_string(client.error());
  const auto closes = [&](const telemetry::Event&) { EXPECT_TRUE(client->close()); };
  ASSERT_TRUE(telemetry::attach("closes", "zen_websocket.connection.upgrade", closes));
  server.simulate_disconnect(testing::Disconnect::abrupt());
  EXPECT_TRUE(testing::eventually([&] { return client->get_state() == State::disconnected; }));
  EXPECT_TRUE(telemetry::detach("closes"));
  EXPECT_TRUE(testing::eventually([&] { return server.open_connections() == 0; }));
}

TEST_F(TelemetryTells, of_attempts_that_fail) {
  attach_to(telemetry::events());
  server.set_faults({.refuse_upgrade = HttpResponse{.status = 503, .reason = "Busy", .headers = {}, .body = "s3cret"}});
  Options impatient = options();
  impatient.retry_count = 2;
  ASSERT_FALSE(Client::connect(server.url(), impatient));
  EXPECT_THAT(names(), ElementsAre("connection.attempt", "connection.reconnect_scheduled", "connection.attempt",
                                   "connection.reconnect_scheduled", "connection.attempt", "connection.stopped"));
  EXPECT_EQ(last("connection.attempt").number("attempt"), 2);
  EXPECT_FALSE(last("connection.stopped").text("reason").contains("s3cret"));
}

TEST_F(TelemetryTells, of_messages_in_counts_that_add_up) {
  attach_to({"zen_websocket.message.in", "zen_websocket.message.out"});
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(client->send_message("hello"));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(client->receive(patience));
  ASSERT_TRUE(client->close());
  double in = 0;
  double out = 0;
  double bytes_in = 0;
  for (const Told& one : told.all()) {
    (one.name == "message.in" ? in : out) += one.number("count");
    if (one.name == "message.in") bytes_in += one.number("bytes");
  }
  EXPECT_EQ(in, 100);
  EXPECT_EQ(out, 100);
  EXPECT_GE(bytes_in, 100 * 13);
  EXPECT_LT(told.size(), 200U);
}

TEST_F(TelemetryTells, of_handlers_that_throw_or_are_slow) {
  attach_to({"zen_websocket.handler.exception", "zen_websocket.handler.slow"});
  Options settings = options();
  settings.handler = [](const Message& message) {
    if (std::get<TextMessage>(message).text == "throw") throw std::runtime_error{"no good"};
    std::this_thread::sleep_for(101ms);
  };
  auto client = Client::connect(server.url(), settings);
  ASSERT_TRUE(client);
  server.inject_message("throw");
  server.inject_message("sleep");
  ASSERT_TRUE(told.wait_until([](const auto& all) { return !all.empty() && all.back().name == "handler.slow"; }));
  const Told exception = last("handler.exception");
  EXPECT_EQ(exception.text("what"), "no good");
  EXPECT_EQ(exception.text("callback"), "handler");
  EXPECT_EQ(exception.number("count"), 1);
  EXPECT_GT(last("handler.slow").number("duration_ms"), 100);
}

TEST_F(TelemetryTells, of_every_request_how_it_ended) {
  attach_to(telemetry::events());
  server.set_script([](const auto& message) -> std::vector<testing::Reply> {
    if (!message.payload.contains("answer me")) return {};
    return {{.payload = R"({"id":1,"result":"fine"})"}};
  });
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->request(R"({"id":1,"method":"answer me"})"));
  EXPECT_EQ(client->request(R"({"id":"two","method":"m"})", {}, 1ms).error(), errc::timeout);
  std::jthread dropper{[&] {
    // Told, not only pending: a request is told by the thread that asks, its end by the loop.
    std::ignore = told.wait_until([](const auto& all) {
      return std::ranges::any_of(
          all, [](const Told& one) { return one.name == "request_correlator.track" && one.text("id") == "3"; });
    });
    server.simulate_disconnect(testing::Disconnect::abrupt());
  }};
  EXPECT_EQ(client->request(R"({"id":3,"method":"m"})").error(), errc::disconnected);
  EXPECT_THAT(names("request_correlator."),
              ElementsAre("request_correlator.track", "request_correlator.resolve", "request_correlator.track",
                          "request_correlator.timeout", "request_correlator.track", "request_correlator.fail_all"));
  const Told resolved = last("request_correlator.resolve");
  EXPECT_EQ(resolved.number("count"), 1);
  EXPECT_GT(resolved.number("round_trip_ms"), 0);
  EXPECT_EQ(last("request_correlator.timeout").text("id"), "two");
  EXPECT_EQ(last("request_correlator.fail_all").text("id"), "3");
  EXPECT_TRUE(last("request_correlator.fail_all").text("reason").contains("connection ended"));
}

TEST_F(TelemetryTells, of_a_send_queue_that_fills_and_empties) {
  attach_to({"zen_websocket.send_queue.high", "zen_websocket.send_queue.low"});
  server.set_script([](const auto&) { return std::vector<testing::Reply>{}; });
  Options settings = options();
  settings.send_queue_limit = 1 << 20;
  auto client = Client::connect(server.url(), settings);
  ASSERT_TRUE(client);
  server.pause_reading(true);
  const std::string message(10'000, 'x');
  while (client->send_message(message)) {
  }
  ASSERT_TRUE(told.wait_for_size(1));
  server.pause_reading(false);
  ASSERT_TRUE(told.wait_for_size(2));
  // The kernel may make room while the queue fills: high and low then take turns.
  std::string before = "send_queue.low";
  for (const std::string& name : names()) EXPECT_NE(std::exchange(before, name), name);
  EXPECT_GE(last("send_queue.high").number("bytes"), 3 << 18);
  EXPECT_LE(last("send_queue.low").number("bytes"), 1 << 18);
}

TEST_F(TelemetryTells, of_a_mailbox_that_nobody_empties) {
  attach_to({"zen_websocket.mailbox.full"});
  for (const auto overflow : {MailboxOverflow::pause_reading, MailboxOverflow::drop_oldest,
                              MailboxOverflow::drop_newest, MailboxOverflow::disconnect}) {
    Options settings = options();
    settings.mailbox_limit = 2;
    settings.mailbox_overflow = overflow;
    settings.reconnect_on_error = false;
    auto client = Client::connect(server.url(), settings);
    ASSERT_TRUE(client);
    const std::size_t before = told.size();
    for (int i = 0; i < 5; ++i) server.inject_message("12");
    ASSERT_TRUE(told.wait_for_size(before + 1)) << to_string(overflow);
    const Told full = last("mailbox.full");
    EXPECT_EQ(full.text("overflow"), to_string(overflow));
    EXPECT_EQ(full.text("client"), std::to_string(client->id()));
    EXPECT_EQ(full.number("messages"), 2);
    EXPECT_EQ(full.number("bytes"), 4);
    ASSERT_TRUE(client->close());
    EXPECT_EQ(told.size(), before + 1) << to_string(overflow);
  }
}

TEST_F(TelemetryTells, of_each_channel_by_its_name) {
  testing::Venue venue;
  server.set_script(venue.script());
  attach_to(telemetry::events());
  auto client = Client::connect(server.url(), options());
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->subscribe_and_wait({"a", "b"}));
  ASSERT_TRUE(client->subscribe_and_wait({"c"}));
  ASSERT_TRUE(client->unsubscribe({"b"}));
  server.simulate_disconnect(testing::Disconnect::abrupt());
  ASSERT_TRUE(told.wait_until(
      [](const auto& all) { return std::ranges::count(all, "subscription_manager.restore", &Told::name) == 1; }));
  const auto channels = [&](std::string_view name) {
    std::vector<std::string> texts;
    for (const Told& one : told.all()) {
      if (one.name == name) texts.push_back(one.text("channel"));
    }
    return texts;
  };
  EXPECT_THAT(channels("subscription_manager.add"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(channels("subscription_manager.remove"), ElementsAre("b"));
  EXPECT_EQ(last("subscription_manager.add").number("count"), 1);
  EXPECT_EQ(last("subscription_manager.restore").text("channels"), "a,c");
  EXPECT_EQ(last("subscription_manager.restore").number("channel_count"), 2);
}

TEST_F(TelemetryTells, of_a_heartbeat_its_type_and_of_a_request_its_timeout) {
  attach_to(telemetry::events());
  Options settings = options();
  settings.heartbeat = Heartbeat::ping_pong(1ms);
  settings.max_missed_heartbeats = 0;
  settings.request_timeout = 1234ms;
  auto client = Client::connect(server.url(), settings);
  ASSERT_TRUE(client);
  ASSERT_TRUE(told.wait_until([](const auto& all) { return std::ranges::count(all, "heartbeat.pong", &Told::name); }));
  EXPECT_EQ(last("heartbeat.pong").text("type"), "ping_pong");
  server.set_script([](const auto&) { return std::vector<testing::Reply>{{.payload = R"({"id":1,"result":0})"}}; });
  ASSERT_TRUE(client->request(R"({"id":1,"method":"m"})"));
  EXPECT_EQ(last("request_correlator.track").text("timeout_ms"), "1234");
  ASSERT_TRUE(client->request(R"({"id":1,"method":"m"})", {}, 60s));
  EXPECT_EQ(last("request_correlator.track").text("timeout_ms"), "60000");
}

TEST_F(TelemetryTells, of_each_rate_limiter_by_its_id) {
  attach_to(telemetry::events());
  const RateLimiterOptions one{.tokens = 1, .refill_rate = 1, .refill_interval = 1h, .max_queue_size = 1};
  const auto first = *RateLimiter::create(one);
  const auto second = *RateLimiter::create(one);
  ASSERT_TRUE(first->submit("x", [] {}));
  ASSERT_TRUE(second->consume("x"));
  ASSERT_TRUE(second->submit("x", [] {}));
  ASSERT_FALSE(second->submit("x", [] {}));
  ASSERT_TRUE(told.wait_for_size(5));  // the pressure on the loop, the others here
  std::vector<std::string> texts;
  for (const Told& event : told.all()) texts.push_back(event.name + ' ' + event.text("limiter"));
  const std::string id = std::to_string(second->id());
  EXPECT_THAT(texts, UnorderedElementsAre("rate_limiter.consume " + std::to_string(first->id()),
                                          "rate_limiter.consume " + id, "rate_limiter.queue " + id,
                                          "rate_limiter.queue_full " + id, "rate_limiter.pressure " + id));
  EXPECT_EQ(last("rate_limiter.pressure").text("previous_level"), "none");
  EXPECT_EQ(last("rate_limiter.pressure").text("level"), "high");
}

TEST_F(TelemetryTells, of_a_rate_limiter_whose_queue_fills_and_runs) {
  attach_to(telemetry::events());
  const auto limiter =
      *RateLimiter::create({.tokens = 1, .refill_rate = 1, .refill_interval = 30ms, .max_queue_size = 2});
  LogOf<int> ran;
  ASSERT_TRUE(limiter->consume("x"));
  while (limiter->submit("x", [&] { ran.add(1); })) {
  }
  ASSERT_TRUE(ran.wait_for_size(2));
  ASSERT_TRUE(told.wait_until([](const auto& all) {
    return std::ranges::count(all, "rate_limiter.pressure", &Told::name) >= 2 && all.back().number("queue_size") == 0;
  }));
  EXPECT_THAT(names(), IsSupersetOf({"rate_limiter.consume", "rate_limiter.queue", "rate_limiter.pressure",
                                     "rate_limiter.queue_full", "rate_limiter.refill"}));
  EXPECT_EQ(last("rate_limiter.queue").number("cost"), 1);
  EXPECT_EQ(last("rate_limiter.queue_full").number("queue_size"), 2);
  EXPECT_EQ(last("rate_limiter.consume").number("tokens_remaining"), 0);
  const Told refill = last("rate_limiter.refill");
  EXPECT_EQ(refill.number("tokens_after") - refill.number("tokens_before"), 1);
  EXPECT_EQ(refill.number("refill_rate"), 1);
  EXPECT_EQ(last("rate_limiter.pressure").text("level"), "none");
  EXPECT_EQ(last("rate_limiter.pressure").number("ratio"), 0);
}

}  // namespace
}  // namespace zenws
