// The four heartbeats on the wire: what is sent when, what answers, and what the user never sees.
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/bytes.hpp"
#include "support/session_script.hpp"

namespace zenws::test {
namespace {

using namespace std::chrono_literals;

Options with(Heartbeat heartbeat) { return {.heartbeat = std::move(heartbeat)}; }

TEST(SessionHeartbeat, dies_when_two_pings_stay_unanswered) {
  SessionScript{with(Heartbeat::ping_pong(20s))}
      .at(20s)
      .gives("ping 1")
      .at(39s)
      .reads_text("still here")
      .gives("delivers still here")  // data is not an answer
      .at(40s)
      .gives("missed")
      .gives("ping 2")
      .at(60s)
      .gives("missed")
      .gives(fails(errc::heartbeat_missed));
}

TEST(SessionHeartbeat, lives_on_pongs_with_its_payload_and_no_others) {
  SessionScript script{with(Heartbeat::ping_pong(20s))};
  script.at(20s).gives("ping 1").reads_pong("1").at(40s).gives("ping 2");
  for (const auto* payload : {"", "1", "3", "02x", "two"}) script.reads_pong(payload);
  script.at(60s).gives("missed").gives("ping 3").reads_pong("3").at(80s).gives("ping 4");
  EXPECT_EQ(script.session().beats()->state().missed_in_a_row(), 0);
}

TEST(SessionHeartbeat, draws_payloads_that_nobody_can_guess) {
  const Options options = with(Heartbeat::ping_pong(20s));
  std::set<std::string> payloads;
  for (int i = 0; i < 100; ++i) {
    link::Session session{options, TimePoint{}, nullptr};
    const link::Session::Tick tick = session.tick(TimePoint{20s}, {.until = TimePoint{20s}});
    payloads.emplace(as_text(tick.owed->payload));
  }
  EXPECT_GT(payloads.size(), 98U);
}

TEST(SessionHeartbeat, measures_the_round_trip_of_pongs) {
  SessionScript script{with(Heartbeat::ping_pong(20s))};
  script.at(20s).gives("ping 1").at(20'042ms).reads_pong("1");
  EXPECT_EQ(script.session().beats()->fresh_round_trip(), std::chrono::microseconds{42ms});
  EXPECT_EQ(script.session().beats()->fresh_round_trip(), std::nullopt);
}

TEST(SessionHeartbeat, takes_its_interval_from_the_options_when_it_has_none) {
  SessionScript{{.heartbeat_interval = 7s, .heartbeat = Heartbeat::ping_pong()}}.at(7s).gives("ping 1");
}

TEST(SessionHeartbeat, goes_on_while_the_mailbox_is_full_and_counts_no_miss) {
  SessionScript{with(Heartbeat::ping_pong(20s))}
      .at(20s)
      .gives("ping 1")
      .pauses()
      .at(40s)
      .gives("ping 2")
      .at(60s)
      .gives("ping 3")
      .pauses(false)
      .reads_pong("1")
      .reads_pong("2")
      .reads_pong("3")
      .at(80s)
      .gives("ping 4");
}

TEST(SessionHeartbeatDeribit, asks_public_test_and_consumes_the_answer) {
  SessionScript script{with(Heartbeat::deribit(30s))};
  script.at(30s);
  const std::string asked = script.takes();
  ASSERT_TRUE(asked.starts_with(R"(text {"jsonrpc":"2.0","id":)")) << asked;
  ASSERT_TRUE(asked.ends_with(R"("method":"public/test","params":{}})")) << asked;
  const std::string id = asked.substr(27, asked.find(',', 27) - 27);
  script.reads_text(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"version":"1.2.26"}})");
  EXPECT_EQ(script.session().beats()->state().unanswered(), 0U);
  EXPECT_TRUE(script.session().beats()->fresh_round_trip());
}

TEST(SessionHeartbeatDeribit, answers_a_test_request_at_once_and_consumes_both) {
  SessionScript script{with(Heartbeat::deribit(30s))};
  script.reads_text(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})");
  const std::string answer = script.takes();
  EXPECT_TRUE(answer.starts_with("text ") && answer.contains("public/test")) << answer;
  script.reads_text(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})");
  script.reads_text(R"({"jsonrpc":"2.0","method":"subscription","params":{}})")
      .gives(R"(delivers {"jsonrpc":"2.0","method":"subscription","params":{}})");
}

TEST(SessionHeartbeatDeribit, works_on_text_that_the_user_wants_unparsed) {
  SessionScript script{{.heartbeat = Heartbeat::deribit(30s), .decode_json = false}};
  script.reads_text(R"({"method":"heartbeat","params":{"type":"test_request"}})");
  EXPECT_TRUE(script.takes().contains("public/test"));
}

TEST(SessionHeartbeatDeribit, leaves_answers_of_others_alone) {
  SessionScript script{with(Heartbeat::deribit(30s))};
  script.at(30s).takes();
  script.reads_text(R"({"id":"x","result":1})").gives(R"(delivers {"id":"x","result":1})");
}

TEST(SessionHeartbeatByRequest, asks_with_an_id_of_its_own_and_answers_the_server_at_once) {
  constexpr std::int64_t first = (std::int64_t{1} << 52U) + 1;  // the script's draws count from 1
  const auto ask = [](std::int64_t id) { return R"({"id":)" + std::to_string(id) + R"(,"method":"alive"})"; };
  const auto beat = [](const simdjson::dom::element& message) {
    std::string_view kind;
    if (message["kind"].get(kind) != simdjson::SUCCESS) return ServerBeat::none;
    return kind == "alive?" ? ServerBeat::asked : ServerBeat::heard;
  };
  SessionScript script{with(Heartbeat::by_request(ask, beat, 10s))};
  script.at(10s).gives("text " + ask(first));
  script.reads_text(R"({"id":7,"result":1})").gives(R"(delivers {"id":7,"result":1})");
  EXPECT_EQ(script.session().beats()->state().unanswered(), 1U);
  script.reads_text(R"({"id":)" + std::to_string(first) + R"(,"error":{"code":1,"message":"busy"}})");
  EXPECT_EQ(script.session().beats()->state().unanswered(), 0U);
  script.reads_text(R"({"kind":"alive?"})").gives("text " + ask(first + 1));
  script.reads_text(R"({"kind":"tick"})").reads_text(R"({"other":1})").gives(R"(delivers {"other":1})");
}

TEST(SessionHeartbeatDeribit, knows_its_answer_whatever_the_dialect_makes_of_it) {
  struct Mute : Dialect {
    [[nodiscard]] std::string subscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
    [[nodiscard]] std::string unsubscribe(std::span<const std::string>, std::int64_t) const override { return {}; }
    [[nodiscard]] Reading read(const simdjson::dom::element&) const override { return {}; }
  };
  SessionScript script{{.heartbeat = Heartbeat::deribit(30s), .dialect = std::make_shared<Mute>()}};
  script.at(30s);
  const std::string asked = script.takes();
  const std::string id = asked.substr(27, asked.find(',', 27) - 27);
  script.reads_text(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{}})");
  EXPECT_EQ(script.session().beats()->state().unanswered(), 0U);
}

TEST(SessionHeartbeatByRequest, contains_what_its_functions_throw) {
  const auto ask = [](std::int64_t) -> std::string { throw std::runtime_error{"nothing to say"}; };
  const auto beat = [](const simdjson::dom::element&) -> ServerBeat { throw std::runtime_error{"no idea"}; };
  SessionScript{with(Heartbeat::by_request(ask, beat, 10s))}
      .reads_text("{}")
      .gives("callback failed: no idea")
      .gives("delivers {}")
      .at(10s)
      .gives("callback failed: nothing to say");
}

TEST(SessionHeartbeatBinance, sends_nothing_and_lives_on_the_servers_pings) {
  SessionScript{with(Heartbeat::binance())}
      .at(300s)
      .reads_ping("1764")
      .gives("pong 1764")
      .at(659s)
      .at(660s)
      .at(720s)
      .gives("missed")
      .at(900s)
      .gives("missed")
      .gives(fails(errc::heartbeat_missed));
}

TEST(SessionHeartbeatCustom, sends_the_users_text_until_the_users_answer_comes) {
  const auto is_answer = [](const Message& message) {
    const auto* const text = std::get_if<TextMessage>(&message);
    return text != nullptr && text->text == "tock";
  };
  SessionScript{with(Heartbeat::custom("tick", is_answer, 10s))}
      .at(10s)
      .gives("text tick")
      .reads_text("tock")
      .reads_text("tack")
      .gives("delivers tack")
      .at(20s)
      .gives("text tick")
      .at(30s)
      .gives("missed")
      .gives("text tick")
      .at(40s)
      .gives("missed")
      .gives(fails(errc::heartbeat_missed));
}

TEST(SessionHeartbeatCustom, contains_what_the_users_functions_throw) {
  Heartbeat heartbeat = Heartbeat::custom("", [](const Message&) -> bool { throw std::runtime_error{"no idea"}; }, 10s);
  heartbeat.message = []() -> std::string { throw std::runtime_error{"nothing to say"}; };
  SessionScript{with(heartbeat)}
      .reads_text("a")
      .gives("callback failed: no idea")
      .gives("delivers a")
      .at(10s)
      .gives("callback failed: nothing to say");
}

TEST(SessionWithoutHeartbeat, delivers_what_would_be_one) {
  SessionScript script{Options{}};
  EXPECT_EQ(script.session().deadline(), never);
  script.reads_text(R"({"method":"heartbeat","params":{"type":"test_request"}})")
      .gives(R"(delivers {"method":"heartbeat","params":{"type":"test_request"}})")
      .at(24h);
}

TEST(SessionIdle, dies_when_no_byte_comes) {
  SessionScript{{.idle_timeout = 10s}}
      .at(9s)
      .reads_text("a")
      .gives("delivers a")
      .at(18'999ms)
      .reads_pong("any byte counts")
      .at(28'998ms)
      .at(28'999ms)
      .gives(fails(errc::idle_timeout));
}

TEST(SessionIdle, is_not_the_servers_fault_while_the_mailbox_is_full) {
  SessionScript{{.idle_timeout = 10s}}.pauses().at(60s).pauses(false).at(69s).at(70s).gives(fails(errc::idle_timeout));
}

}  // namespace
}  // namespace zenws::test
